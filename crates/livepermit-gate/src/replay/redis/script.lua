-- One question of a gate: what state.rs and decide.rs do, in one step at the server.
-- Times and spans are whole seconds: times below 2^40, spans at most 2^42, exact in a double.
-- Counts stay below 10^14: up to there Lua writes a number as its digits.
--
-- KEYS: used (permit -> record), over (permit by the time at which its record is over), meta.
-- meta: state = '2', the settings of the zone (7 numbers), store, generation, incarnation, between
--   spaces; forgotten, lost, closed, records; for each gate gate:NAME = its admissions; while the
--   order of forgetting is made again, scan = how far.
-- A record: lines moment, at, gate, lane; at, gate, lane of a slip; then for each cool-down zone,
--   until, gate, generation. Lines are empty when there is none.
--
-- ARGV: 1 mode; 2 the state that the gate knows ('' before the first answer), 3 its generation,
--   4 its incarnation; 5 largest window, 6 clock difference; 7 cool-down limit, old master, the
--   identity of a new store and the settings, between spaces; 8 'gate:' and the gate's name,
--   9 the gate's time, 10 its admissions; then by mode
--   enter, leave: 11 capacity, 12 permit, 13 moment ('' for a slip), 14 debounce, 15 cool-down,
--     16 gate, 17 lane, 18 zone;
--   keep: nothing, to ask how the store is;  check: nothing, to compare the settings only;
--   go-on: 11 'nothing-was-admitted' or 'cool-downs-lost';
--   change: 11 the other settings that the zone may have until now.
--
-- Answers: {code, at, time, lost, closed} when an attempt is refused before the memory is checked;
--   with the gate's admissions behind when the state is the one that the gate knows; with the
--   state and the loss behind when it is another;
--   {APART, time}, {SAME}, {SETTINGS, theirs}, {FOREIGN}, {NO_IDENTITY, why}.
local MAX = 1099511627775
local ADMITTED, HERE, USED, SUPERSEDED, COOLING, FORGOTTEN, FULL = 0, 1, 2, 3, 4, 5, 6
local APART, WELL, SAME, SETTINGS, FOREIGN, NO_IDENTITY = 7, 8, 9, 10, 11, 12
local NO_STATE, OTHER_STORE, OTHER_INCARNATION, OLD_GENERATION = 1, 2, 3, 4
local MISSING_ADMISSIONS, OTHER_RECORDS = 5, 6
local STATE = '^2 (%d+ %d+ %d+ %d+ %d+ %d+ %d+) (%x+) (%d+) (%S+)$'
local RECORD = '^(%d*)\n(%d*)\n([^\n]*)\n([^\n]*)\n(%d*)\n([^\n]*)\n([^\n]*)\n(.*)$'
local COOL_DOWN = '([^\n]*)\n(%d+)\n([^\n]*)\n(%d+)\n'

local call = redis.call
local used, over, meta = KEYS[1], KEYS[2], KEYS[3]
local mode, own_field = ARGV[1], ARGV[8]
local window, difference = tonumber(ARGV[5]), tonumber(ARGV[6])
local attempted, enter = mode == 'enter' or mode == 'leave', mode == 'enter'

-- The server itself writes numbers as floating-point ones, which costs four times as much.
local function digits(n) return string.format('%d', n) end
local function plus(a, b)
    local sum = a + b
    if sum > MAX then return MAX end
    return sum
end

-- The state, and the settings in it. They are taken apart only when the gate knows another state.
local held = call('HMGET', meta, 'state', 'forgotten', 'lost', 'closed', 'records', own_field)
local state, records, own = held[1], tonumber(held[5]), tonumber(held[6]) or 0
local forgotten, lost, closed = tonumber(held[2]), tonumber(held[3]), tonumber(held[4])
local store, generation, incarnation = nil, ARGV[3], ARGV[4]
local is_known = state == ARGV[2]
local settings
if not is_known then
    settings = string.match(ARGV[7], '^%d+ %d+ %x+ (.+)$')
    if state then
        local theirs
        theirs, store, generation, incarnation = string.match(state, STATE)
        if not theirs then return {FOREIGN} end
        if theirs ~= settings and (mode ~= 'change' or theirs ~= ARGV[11]) then
            return {SETTINGS, theirs}
        end
    elseif call('EXISTS', meta) == 1 then
        return {FOREIGN}
    end
end
if state and not (forgotten and lost and closed and records) then return {FOREIGN} end

-- The clocks.
local clock = call('TIME')[1]
local time = tonumber(clock)
local now = clock == ARGV[9] and time or tonumber(ARGV[9])
if 2 * math.abs(now - time) > difference and mode ~= 'check' then return {APART, time} end

-- The attempt.
local permit, moment, known
local newest, newest_at, newest_gate, newest_lane, slip_at, slip_gate, slip_lane, cool_downs
if attempted then
    permit, moment = ARGV[12], tonumber(ARGV[13])
    known = call('HGET', used, permit)
    if known then
        newest, newest_at, newest_gate, newest_lane, slip_at, slip_gate, slip_lane, cool_downs =
            string.match(known, RECORD)
        if not newest then return {FOREIGN} end
    end
end

-- The first look may only refuse: a refusal needs no proof. The second checks the memory. It judges
-- again if something was lost. There are no functions here, because each would cost on each call.
local code, at, loss, sweeps = nil, 0, 0, false
for look = 1, 2 do
    if look == 2 then
        -- Who the server is: another server, or another life of this one, has another identity.
        local info = redis.pcall('INFO', 'replication')
        local me
        if type(info) == 'string' then
            local _, last = string.find(info, 'master_replid:', 1, true)
            me = last and string.sub(info, last + 1, last + 40)
        end
        if not me then
            return {NO_IDENTITY, type(info) == 'table' and info.err or 'no master_replid'}
        end
        local count = call('HLEN', used)
        if mode == 'check' then
            call('ZCARD', over)
            return {SAME}
        end

        -- A loss. The first comparison says all that the others say when nothing was lost.
        local of_admissions = held[6] == ARGV[10] and own or tonumber(ARGV[10])
        local raised = own < of_admissions
        sweeps = not attempted or (raised and of_admissions or own) % 8 == 7
        if not is_known or me ~= incarnation or raised or records ~= count
            or sweeps and call('ZCARD', over) ~= count or mode == 'change'
        then
            local _, of_store, of_text = string.match(ARGV[2], STATE)
            local of_generation = tonumber(of_text) or 0
            local cool_limit, old_master, fresh
            cool_limit, old_master, fresh, settings =
                string.match(ARGV[7], '^(%d+) (%d+) (%x+) (.+)$')
            store = store or of_store
            local held_generation = tonumber(generation)
            local scan = call('HGET', meta, 'scan')
            local same = of_store and of_generation == held_generation
            if not state then
                loss = NO_STATE
            elseif of_store and of_store ~= store then
                loss = OTHER_STORE
            elseif incarnation ~= me then
                loss = OTHER_INCARNATION
            elseif of_store and of_generation > held_generation or same and ARGV[4] ~= me then
                loss = OLD_GENERATION
            elseif same and raised then
                loss = MISSING_ADMISSIONS
            elseif records ~= count or sweeps and not scan and call('ZCARD', over) ~= count then
                loss = OTHER_RECORDS
            end
            if raised then own = of_admissions end
            if loss ~= 0 or mode == 'change' then
                local in_order = state and records == count and call('ZCARD', over) == count
                if not state then
                    store, held_generation, forgotten, lost, closed = fresh, 0, 0, 0, 0
                end
                local margin = tonumber(old_master) + difference + math.floor(window / 2) + 1
                lost = math.max(lost, plus(math.max(time, now), margin))
                closed = math.max(closed, plus(time, tonumber(old_master) + tonumber(cool_limit)))
                generation = tostring(math.max(held_generation, of_generation) + 1)
                incarnation, records, is_known = me, count, false
                state = table.concat({'2', settings, store, generation, incarnation}, ' ')
                -- First what can fail for a missing right: then nothing is written.
                if not in_order then
                    if call('EXISTS', over) == 1 then call('DEL', over) end
                    scan = '0'
                end
                call('HSET', meta, 'state', state, 'forgotten', forgotten, 'lost', lost,
                    'closed', closed, 'records', records, own_field, own)
            elseif raised then
                -- The gate was away while another gate noticed the loss of these admissions.
                call('HSET', meta, own_field, own)
            end
            if scan then
                -- Without its place here a record would never be forgotten. The order is made again
                -- by a page at a time, so that nobody waits long.
                local page = call('HSCAN', used, scan, 'COUNT', 2000)
                for i = 1, #page[2], 2 do
                    local last, _, _, _, slip, _, _, rest = string.match(page[2][i + 1], RECORD)
                    local till = 0
                    if last and last ~= '' then
                        last = tonumber(last)
                        till = last == MAX and MAX * 2 or plus(last, window)
                    end
                    if slip and slip ~= '' then
                        till = math.max(till, plus(tonumber(slip), window))
                    end
                    for _, ends in string.gmatch(rest or '', COOL_DOWN) do
                        till = math.max(till, tonumber(ends))
                    end
                    call('ZADD', over, digits(till), page[2][i])
                end
                if page[1] == '0' then
                    call('HDEL', meta, 'scan')
                else
                    call('HSET', meta, 'scan', page[1])
                end
            end
        end
    end

    -- Why the attempt is refused, if it is.
    if attempted and state and (look == 1 or loss ~= 0) then
        local from = lost > forgotten and lost or forgotten
        local shut = enter and time < closed
        if shut or (moment and moment < from) then
            code = FORGOTTEN
            at = math.max(moment and from or 0, shut and plus(now, closed - time) or 0)
        elseif known then
            local last = tonumber(newest)
            local read_at, read_gate, read_lane = newest_at, newest_gate, newest_lane
            if not moment then read_at, read_gate, read_lane = slip_at, slip_gate, slip_lane end
            local here = false
            if read_at ~= '' and read_gate == ARGV[16] and read_lane == ARGV[17] then
                local ago = now - tonumber(read_at)
                here = ago >= 0 and ago < tonumber(ARGV[14])
            end
            if moment and last and moment < last then
                code, at = SUPERSEDED, last
            elseif moment and moment == last then
                code, at = here and HERE or USED, tonumber(newest_at)
            elseif not moment and here then
                code, at = HERE, tonumber(slip_at)
            elseif enter then
                for zone, till, _, of in string.gmatch(cool_downs, COOL_DOWN) do
                    if zone == ARGV[18] then
                        local ends = tonumber(till)
                        -- Another server's clock set it.
                        if of ~= generation then ends = plus(ends, difference) end
                        if time < ends then code, at = COOLING, plus(now, ends - time) end
                        break
                    end
                end
            end
        end
        if code and look == 1 then return {code, at, time, lost, closed} end
    end
end

local full = not code and attempted and not known and records >= tonumber(ARGV[11])
local cutoff = time - difference
if cutoff < 0 then cutoff = 0 end
if full or mode == 'keep' or (sweeps and attempted and not code) then
    -- Removes records that are over. What is forgotten is refused from now on. The record of this
    -- permit is about to change.
    local gone = call('ZRANGEBYSCORE', over, '-inf', cutoff, 'LIMIT', 0, attempted and 64 or 256)
    for _, other in ipairs(gone) do
        if other ~= permit then
            local record = call('HGET', used, other)
            local last = record and tonumber(string.match(record, '^%d*'))
            if last then forgotten = math.max(forgotten, plus(last, 1)) end
            records = records - call('HDEL', used, other)
            call('ZREM', over, other)
        end
    end
    if #gone > 0 then call('HSET', meta, 'forgotten', forgotten, 'records', records) end
    full = full and records >= tonumber(ARGV[11])
end

if not attempted then
    code = WELL
    if mode == 'go-on' then
        closed = 0
        if ARGV[11] == 'nothing-was-admitted' then
            lost = 0
        else
            -- Where nothing bounds the life of an old server, the operator says that it ended.
            local old_master = tonumber(string.match(ARGV[7], '^%d+ (%d+)'))
            if old_master >= MAX then old_master = 0 end
            local margin = old_master + difference + math.floor(window / 2) + 1
            lost = math.min(lost, plus(math.max(time, now), margin))
        end
        call('HSET', meta, 'closed', closed, 'lost', lost)
    end
elseif full then
    code = FULL
elseif not code then
    code = ADMITTED
    if not known then newest, slip_at, cool_downs = '', '', '' end
    local place = '\n' .. ARGV[16] .. '\n' .. ARGV[17] .. '\n'
    local code_lines, slip_lines
    if moment then
        newest, code_lines = ARGV[13], ARGV[13] .. '\n' .. ARGV[9] .. place
        slip_lines = slip_at == '' and '\n\n\n'
            or table.concat({slip_at, slip_gate, slip_lane, ''}, '\n')
    else
        slip_at, slip_lines = ARGV[9], ARGV[9] .. place
        code_lines = newest == '' and '\n\n\n\n'
            or table.concat({newest, newest_at, newest_gate, newest_lane, ''}, '\n')
    end
    local over_at = 0
    if newest ~= '' then
        local last = moment or tonumber(newest)
        -- No second follows the last one, so a record of the last moment is never over.
        over_at = last == MAX and MAX * 2 or plus(last, window)
    end
    if slip_at ~= '' then over_at = math.max(over_at, plus(tonumber(slip_at), window)) end
    local kept = ''
    if cool_downs ~= '' then
        for zone, till, gate, of in string.gmatch(cool_downs, COOL_DOWN) do
            if zone ~= ARGV[18] and tonumber(till) > cutoff then
                kept = kept .. zone .. '\n' .. till .. '\n' .. gate .. '\n' .. of .. '\n'
                over_at = math.max(over_at, tonumber(till))
            end
        end
    end
    local cool_down = tonumber(ARGV[15])
    if enter and cool_down > 0 then
        local till = plus(time, cool_down)
        kept = kept .. ARGV[18] .. '\n' .. digits(till) .. '\n' .. ARGV[16] .. '\n'
            .. generation .. '\n'
        if till > over_at then over_at = till end
    end
    call('HSET', used, permit, code_lines .. slip_lines .. kept)
    call('ZADD', over, digits(over_at), permit)
    own = own + 1
    if known then
        call('HSET', meta, own_field, digits(own))
    else
        records = records + 1
        call('HSET', meta, own_field, digits(own), 'records', digits(records))
    end
end
if is_known then return {code, at, time, lost, closed, own} end
return {code, at, time, lost, closed, own, state, loss}
