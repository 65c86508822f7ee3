-- KEYS: those who wait, until when. ARGV: lease in ms, ids. Returns the ids of those who do not wait any more.
local time = redis.call('TIME')
local now_ms = time[1] * 1000 + math.floor(time[2] / 1000)
local gone = {}
for index = 2, #ARGV do
  if redis.call('HEXISTS', KEYS[1], ARGV[index]) == 1 then
    redis.call('ZADD', KEYS[2], now_ms + tonumber(ARGV[1]), ARGV[index])
  else
    gone[#gone + 1] = ARGV[index]
  end
end
for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, 7200000) end
return gone
