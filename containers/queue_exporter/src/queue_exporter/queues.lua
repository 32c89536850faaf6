-- How many jobs queues hold in each state, and when the oldest that waits was added (ms).
-- KEYS: what all keys of a queue begin with, for each queue.
-- One script, so that all figures are of one moment and cost one round trip; it only reads.

local LISTS = {"wait", "paused", "active"}
local SETS = {"prioritized", "delayed", "waiting-children", "completed", "failed"}
local PRIORITY = 0x100000000  -- a score is priority * 2^32 + a counter
local MOST_PRIORITIES = 100

local function is_marker(id)  -- BullMQ before version 5 wakes workers by such an entry
    return id and string.sub(id, 1, 2) == "0:"
end

local function jobs_of(prefix)
    local counts, oldest = {}, false

    local function look_at(id)
        if id and not is_marker(id) then
            local added = tonumber(redis.call("HGET", prefix .. id, "timestamp"))
            if added and (not oldest or added < oldest) then oldest = added end
        end
    end

    for _, state in ipairs(LISTS) do
        local key = prefix .. state
        local count = redis.call("LLEN", key)
        if count > 0 and state ~= "active" then
            -- The oldest job is the last; with the option `lifo` the first.
            local last = redis.call("LINDEX", key, -1)
            look_at(redis.call("LINDEX", key, 0))
            look_at(last)
            -- The marker was put into an empty list, and stays behind what comes in after it.
            if is_marker(last) then
                count = count - 1
                look_at(redis.call("LINDEX", key, -2))
            end
        end
        counts[#counts + 1] = count
    end
    for _, state in ipairs(SETS) do
        counts[#counts + 1] = redis.call("ZCARD", prefix .. state)
    end

    -- Within a priority the first is the oldest, and a low priority may wait for ever.
    local from = "-inf"
    for _ = 1, MOST_PRIORITIES do
        local first = redis.call("ZRANGEBYSCORE", prefix .. "prioritized", from, "+inf",
            "WITHSCORES", "LIMIT", 0, 1)
        if #first == 0 then break end
        look_at(first[1])
        from = string.format("%.0f", (math.floor(first[2] / PRIORITY) + 1) * PRIORITY)
    end
    return {counts, oldest}
end

local answer = {}
for _, prefix in ipairs(KEYS) do answer[#answer + 1] = jobs_of(prefix) end
return answer
