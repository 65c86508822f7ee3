-- KEYS: meetings by the time they are swept next. ARGV: most meetings, ms until the next sweep. Who takes a meeting moves it on, so that replicas share the work.
local time = redis.call('TIME')
local now_ms = time[1] * 1000 + math.floor(time[2] / 1000)
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now_ms, 'LIMIT', 0, ARGV[1])
for _, meeting in ipairs(due) do redis.call('ZADD', KEYS[1], now_ms + tonumber(ARGV[2]), meeting) end
return due
