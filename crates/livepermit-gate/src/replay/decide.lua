-- What decide.rs does, in one step at the server. Times are whole seconds below 2^40, exact in a double.
-- KEYS: used (permit -> record), over (permit by the time its record is over), meta.
-- ARGV: permit ('' only sets up), moment ('' for a slip), now, debounce, cool-down, gate, lane, zone, 1 to enter,
--       largest window, clock difference, capacity, the highest sequence number the caller has seen.
-- Answers {code, time, sequence number}.
local MAX = 1099511627775
local ADMITTED, HERE, USED, SUPERSEDED, COOLING, BEHIND, FULL, FOREIGN = 0, 1, 2, 3, 4, 5, 6, 7
local SWEEP = 16

local function plus(a, b) return math.min(a + b, MAX) end
local function text(n) return string.format('%.0f', n) end

local used, over, meta = KEYS[1], KEYS[2], KEYS[3]
local permit, moment, now = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local debounce, cool_down = tonumber(ARGV[4]), tonumber(ARGV[5])
local gate, lane, zone, enter = ARGV[6], ARGV[7], ARGV[8], ARGV[9] == '1'
local window, difference = tonumber(ARGV[10]), tonumber(ARGV[11])
local capacity, seen = tonumber(ARGV[12]), tonumber(ARGV[13])

local held = redis.call('HMGET', meta, 'format', 'from', 'seq')
if held[1] and held[1] ~= '1' then return {FOREIGN, 0, 0} end
local from, seq = tonumber(held[2] or '0'), tonumber(held[3] or '0')
if not held[1] or seq < seen then
    -- New, flushed, restarted without its last writes, or failed over to a replica that had not got them yet.
    local lost = tonumber(redis.call('TIME')[1]) + difference
    from = math.max(from, plus(lost, math.floor(window / 2) + 1))
    seq = math.max(seq, seen)
    redis.call('HSET', meta, 'format', '1', 'from', text(from), 'seq', text(seq))
end
if permit == '' then return {ADMITTED, 0, seq} end

if moment and moment < from then return {BEHIND, plus(from, window), seq} end

-- Lines: moment, at, gate, lane; at, gate, lane of a slip; then zone and time in pairs. Empty when there is none.
local known = redis.call('HGET', used, permit)
local line = {}
if known then
    for value in string.gmatch(known, '([^\n]*)\n') do line[#line + 1] = value end
end
local function re_read(i)
    local at = tonumber(line[i])
    return line[i + 1] == gate and line[i + 2] == lane and now >= at and now - at < debounce
end

local zones = {}
if known then
    local newest = tonumber(line[1])
    if moment and newest then
        if moment == newest then
            return {re_read(2) and HERE or USED, tonumber(line[2]), seq}
        elseif moment < newest then
            return {SUPERSEDED, newest, seq}
        end
    end
    if not moment and line[5] ~= '' and re_read(5) then return {HERE, tonumber(line[5]), seq} end
    for i = 8, #line, 2 do
        local till = tonumber(line[i + 1])
        if line[i] == zone then
            if enter and now < till then return {COOLING, till, seq} end
        elseif till > math.max(now - difference, 0) then
            zones[#zones + 1] = line[i]
            zones[#zones + 1] = line[i + 1]
        end
    end
end

-- Forget what is over; what is forgotten is refused from now on.
local before = from
local cutoff = math.max(now - difference, 0)
for _, other in ipairs(redis.call('ZRANGEBYSCORE', over, '-inf', text(cutoff), 'LIMIT', 0, SWEEP)) do
    local record = redis.call('HGET', used, other)
    local newest = record and tonumber(string.match(record, '^([^\n]*)\n'))
    if newest then from = math.max(from, plus(newest, 1)) end
    redis.call('HDEL', used, other)
    redis.call('ZREM', over, other)
end
if from ~= before then redis.call('HSET', meta, 'from', text(from)) end
if not known and redis.call('HLEN', used) >= capacity then return {FULL, 0, seq} end

if enter and cool_down > 0 then
    zones[#zones + 1] = zone
    zones[#zones + 1] = text(plus(now, cool_down))
end
local after = {'', '', '', '', '', '', ''}
if known then for i = 1, 7 do after[i] = line[i] end end
if moment then
    after[1], after[2], after[3], after[4] = text(moment), text(now), gate, lane
else
    after[5], after[6], after[7] = text(now), gate, lane
end
local until_over = 0
if after[1] ~= '' then
    -- The last second has none after it to begin with: kept for ever.
    until_over = tonumber(after[1]) == MAX and MAX * 2 or plus(tonumber(after[1]), window)
end
if after[5] ~= '' then until_over = math.max(until_over, plus(tonumber(after[5]), window)) end
for i = 2, #zones, 2 do until_over = math.max(until_over, tonumber(zones[i])) end
for _, value in ipairs(zones) do after[#after + 1] = value end

seq = seq + 1
redis.call('HSET', used, permit, table.concat(after, '\n') .. '\n')
redis.call('ZADD', over, text(until_over), permit)
redis.call('HSET', meta, 'seq', text(seq))
return {ADMITTED, 0, seq}
