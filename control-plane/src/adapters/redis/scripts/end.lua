-- ARGV: generation to begin with. Returns the edges the meeting used.
begin(ARGV[1])
local edges = redis.call('HKEYS', MAP)
if not redis.call('HGET', STATE, 'ended') then
  redis.call('HSET', STATE, 'ended', 1)
  append({ meetingEnded = cjson.decode('{}') })
end
for _, key in ipairs({ PARTICIPANTS, SESSIONS, PRESENCE, DEADLINES, TRACKS, MAP, ORIGINS, PLAN, RESUME, MOVES, ROLES, WARM, ATTENDEES, ARRIVALS, HANDS, PLACEMENTS, WARMTH, NAMES }) do
  redis.call('DEL', key)
end
touch()
return { generation(), appended, edges }
