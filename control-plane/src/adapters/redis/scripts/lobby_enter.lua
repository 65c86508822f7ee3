-- KEYS: those who wait, until when. ARGV: id, person as JSON, lease in ms, most who wait. Returns 1 for somebody of whom hosts are to be told, 0 for who waits already and was told of, -1 if there is no room.
local time = redis.call('TIME')
local now_ms = time[1] * 1000 + math.floor(time[2] / 1000)
local known = redis.call('HGET', KEYS[1], ARGV[1])
if not known then
  if redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[4]) then return -1 end
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
end
redis.call('ZADD', KEYS[2], now_ms + tonumber(ARGV[3]), ARGV[1])
for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, 7200000) end
return (not known or cjson.decode(known).untold) and 1 or 0
