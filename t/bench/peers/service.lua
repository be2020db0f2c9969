-- Asks Redis for the level of the token.

local redis = require("nginx.redis")
local find = ngx.re.find
local unescape = ngx.unescape_uri
local M = {}

function M.answer(socket)
    local value = ngx.var.http_authorization
    local from, to = find(value or "", [[\boauth_token="([^"]*)"]], "jo",
                          nil, 1)

    if not from then
        return ngx.exit(403)
    end

    local client = redis:new()
    local ok = client:connect("unix:" .. socket)

    if not ok then
        return ngx.exit(503)
    end

    local level = client:get(unescape(value:sub(from, to)))

    client:set_keepalive(60000, 64)

    return ngx.exit(level == "3" and 204 or 403)
end

return M
