-- KEYS: drains of edges, participants moved off each. ARGV: edge id. Ends a drain that the edge began by itself; not one that was ordered meanwhile.
local known = redis.call('HGET', KEYS[1], ARGV[1])
if not known or cjson.decode(known).ordered then return end
for _, key in ipairs(KEYS) do redis.call('HDEL', key, ARGV[1]) end
