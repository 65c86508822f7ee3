-- ARGV: lease of presence in ms, then participant id and connection id in turn. Returns the participants that have another connection by now, and those that are gone.
local replaced, gone = {}, {}
for index = 2, #ARGV, 2 do
  local id = ARGV[index]
  local connection = redis.call('HGET', PRESENCE, id)
  if connection == ARGV[index + 1] then
    redis.call('ZADD', DEADLINES, now_ms + tonumber(ARGV[1]), id)
  elseif connection then
    replaced[#replaced + 1] = id
  else
    gone[#gone + 1] = id
  end
end
touch()
return { generation() or '', replaced, gone }
