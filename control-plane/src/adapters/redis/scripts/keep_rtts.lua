-- KEYS: hash of networks, sorted set of them by when they were written, Redis ms. ARGV: networks that are kept at most, ms that one is kept, then per network its name and document.
local NETWORKS, TIMES = unpack(KEYS)
local most, keep_ms = tonumber(ARGV[1]), tonumber(ARGV[2])
local most_forgotten = 2000
local time = redis.call('TIME')
local now_ms = time[1] * 1000 + math.floor(time[2] / 1000)

-- Never all at once: Redis does nothing else meanwhile.
local function forget(networks)
  if #networks == 0 then return end
  redis.call('HDEL', NETWORKS, unpack(networks))
  redis.call('ZREM', TIMES, unpack(networks))
end

for index = 3, #ARGV, 2 do
  redis.call('HSET', NETWORKS, ARGV[index], ARGV[index + 1])
  redis.call('ZADD', TIMES, now_ms, ARGV[index])
end
forget(redis.call('ZRANGEBYSCORE', TIMES, '-inf', now_ms - keep_ms, 'LIMIT', 0, most_forgotten))
local surplus = redis.call('ZCARD', TIMES) - most
if surplus > 0 then forget(redis.call('ZRANGE', TIMES, 0, math.min(surplus, most_forgotten) - 1)) end
if #ARGV > 2 then
  redis.call('PEXPIRE', NETWORKS, keep_ms)
  redis.call('PEXPIRE', TIMES, keep_ms)
end
return 1
