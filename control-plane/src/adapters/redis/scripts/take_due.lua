-- KEYS: meetings by the time they are swept next; when somebody looked last, and until when nothing is swept. ARGV: most meetings, ms until the next sweep, ms without a look that tell of an outage, ms that everybody then has to come back. Who takes a meeting moves it on, so that replicas share the work.
local time = redis.call('TIME')
local now_ms = time[1] * 1000 + math.floor(time[2] / 1000)
-- While the control plane, or its way to Redis, was away nobody could renew their presence: that it ran out says nothing.
local looked_at = tonumber(redis.call('HGET', KEYS[2], 'looked_at') or now_ms)
redis.call('HSET', KEYS[2], 'looked_at', now_ms)
if now_ms - looked_at > tonumber(ARGV[3]) then redis.call('HSET', KEYS[2], 'spared_until', now_ms + tonumber(ARGV[4])) end
if now_ms < tonumber(redis.call('HGET', KEYS[2], 'spared_until') or '0') then return {} end
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now_ms, 'LIMIT', 0, ARGV[1])
for _, meeting in ipairs(due) do redis.call('ZADD', KEYS[1], now_ms + tonumber(ARGV[2]), meeting) end
return due
