-- The same job in body_filter_by_lua, as well as it can be done there: whole
-- messages are cut out of what comes, each is parsed, what is a direct message
-- or no JSON is taken out, and the rest goes on with as few copies as there
-- are. Names that come twice cannot be seen by cjson.

local decode = require("cjson.safe").decode
local find, sub, concat = string.find, string.sub, table.concat
local levels = ngx.shared.levels
local type = type

local max = 256 * 1024


local function passes(text, token)
    if levels:get(token) == 3 then
        return true
    end

    local message = decode(text)

    if type(message) ~= "table" then
        return false
    end

    local deleted = message.delete

    return message.direct_message == nil
           and not (type(deleted) == "table"
                    and deleted.direct_message ~= nil)
end


-- What of it goes on, and the beginning of a message that is not complete.
local function filter(data, token)
    local out, n = nil, 0
    local from, at = 1, 1

    while true do
        local _, last = find(data, "\r\n", at, true)

        if not last then
            break
        end

        if last > at + 1 and not passes(sub(data, at, last), token) then
            out = out or {}
            n = n + 1
            out[n] = sub(data, from, at - 1)
            from = last + 1
        end

        at = last + 1
    end

    local rest = at <= #data and sub(data, at) or nil

    if rest and #rest > max then
        rest = nil
    end

    if not out then
        return rest and sub(data, 1, at - 1) or data, rest
    end

    out[n + 1] = sub(data, from, at - 1)

    return concat(out), rest
end


return function()
    local ctx = ngx.ctx
    local data = ngx.arg[1]
    local rest = ctx.rest

    if not ctx.token then
        ctx.token = sub(ngx.var.http_authorization, 8)
    end

    if rest then
        data = rest .. data
    end

    ngx.arg[1], ctx.rest = filter(data, ctx.token)
end
