-- ARGV: what the caller knows of the audience and what is prepared for it, what takes its place for as long as that was to be kept, edge ids. Returns 1, or 0 if it is not as the caller knows it.
if redis.call('GET', WARMTH) ~= ARGV[1] then return 0 end
-- A replica of the version before keeps the edges alone.
local known, count = {}, 0
for _, seats in pairs(cjson.decode(ARGV[1]).seats) do
  for id in pairs(seats) do
    if redis.call('SISMEMBER', WARM, id) == 0 then return 0 end
    if not known[id] then known[id], count = true, count + 1 end
  end
end
if redis.call('SCARD', WARM) ~= count then return 0 end
local left = redis.call('PTTL', WARMTH)
if left < 1 then return 0 end
redis.call('DEL', WARM)
redis.call('SET', WARMTH, ARGV[2], 'PX', left)
if #ARGV > 2 then
  redis.call('SADD', WARM, unpack(ARGV, 3))
  redis.call('PEXPIRE', WARM, left)
end
return 1
