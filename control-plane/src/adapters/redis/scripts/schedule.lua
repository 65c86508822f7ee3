-- KEYS: meetings by the time they are swept next. ARGV: meeting id, ms until then. A meeting that waits already keeps its time.
local time = redis.call('TIME')
local now_ms = time[1] * 1000 + math.floor(time[2] / 1000)
return redis.call('ZADD', KEYS[1], 'NX', now_ms + tonumber(ARGV[2]), ARGV[1])
