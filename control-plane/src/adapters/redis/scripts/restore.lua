-- ARGV: generation to begin with, lease of presence in ms, profile of the meeting, then per participant: participant, session, connection id, resume token hash, JSON list of tracks. Puts back what a replica holds the sockets of after the state was lost; what is there already stays.
if redis.call('HGET', STATE, 'ended') then return fail('MEETING_ENDED') end
begin(ARGV[1])
redis.call('HSET', STATE, 'profile', ARGV[3])
for index = 4, #ARGV, 5 do
  local record = cjson.decode(ARGV[index])
  if not participant(record.id) then
    save_participant(record)
    redis.call('HSET', SESSIONS, record.id, ARGV[index + 1])
    redis.call('HSET', PRESENCE, record.id, ARGV[index + 2])
    redis.call('HSET', RESUME, record.id, ARGV[index + 3])
    redis.call('ZADD', DEADLINES, now_ms + tonumber(ARGV[2]), record.id)
    count_on_edge(record, 1)
    append({ participantJoined = record })
    for _, restored in ipairs(cjson.decode(ARGV[index + 4])) do
      append({ trackPublished = restored })
      save_track({ order = sequence(), track = restored })
    end
  end
end
touch()
return { generation(), appended }
