-- The gate as well as it can be done in access_by_lua: patterns compiled once,
-- no table made for a request, one look-up.

local decode = require("cjson").decode
local find = ngx.re.find
local unescape = ngx.unescape_uri
local levels = ngx.shared.levels
local var, header, exit, print = ngx.var, ngx.header, ngx.exit, ngx.print
local lower, find_plain = string.lower, string.find

local level_of = {
    ["read"] = 1, ["read-write"] = 2, ["read-write-directmessages"] = 3
}
local refusal = '{"errors":[{"code":93,"message":"This application is not '
    .. 'allowed to access or delete your direct messages"}]}'
local M = {}


-- `slice`: lines after which others get their turn, 0 for never.
function M.load(name, slice)
    local n = 0

    for line in io.lines(name) do
        local record = decode(line)

        if record.token then
            local level = record.revoked and 0 or level_of[record.access]
            local ok, err = levels:set(record.token, level)
            if not ok then
                error(err)
            end
        end

        n = n + 1
        if slice > 0 and n % slice == 0 and ngx.get_phase() == "timer" then
            ngx.sleep(0)
        end
    end
end


-- Whether the file has changed costs a read of its end: there is no stat().
local function mark(name)
    local file = io.open(name)
    local size = file:seek("end")

    file:seek("set", math.max(0, size - 256))
    local last = file:read("*a")
    file:close()

    return size .. last
end


function M.watch(name, slice)
    local seen = mark(name)
    local busy

    ngx.timer.every(1, function()
        local now = mark(name)

        if now ~= seen and not busy then
            seen = now
            busy = true
            M.load(name, slice)
            busy = false
        end
    end)
end


local function refuse(status, body)
    ngx.status = status
    header["Content-Type"] = "application/json;charset=utf-8"
    header["Cache-Control"] = "no-store"
    print(body)
    return exit(status)
end


function M.access()
    if not find_plain(lower(var.uri), "/direct_messages", 1, true) then
        return
    end

    local value = var.http_authorization
    local from, to = find(value or "", [[\boauth_token="([^"]*)"]], "jo",
                          nil, 1)

    if not from then
        return refuse(401, '{"errors":[{"code":32}]}')
    end

    local level = levels:get(unescape(value:sub(from, to)))

    if level ~= 3 then
        return refuse(403, refusal)
    end
end

return M
