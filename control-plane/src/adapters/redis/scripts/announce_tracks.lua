-- ARGV: origin edge ids as a JSON list, track ids as a JSON list. The way to these tracks changed: everybody is told so, to subscribe again.
local origins, ids = {}, {}
for _, id in ipairs(cjson.decode(ARGV[1])) do origins[id] = true end
for _, id in ipairs(cjson.decode(ARGV[2])) do ids[id] = true end
for _, json in ipairs(redis.call('HVALS', TRACKS)) do
  local stored = cjson.decode(json)
  if origins[stored.track.originEdgeId] or ids[stored.track.id] then append({ trackUpdated = stored.track }) end
end
return { generation() or '', appended }
