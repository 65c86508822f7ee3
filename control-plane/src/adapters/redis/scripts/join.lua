-- ARGV: generation to begin with, participant, session, connection id, resume token hash, lease of presence in ms, profile of the meeting
if redis.call('HGET', STATE, 'ended') then return fail('MEETING_ENDED') end
begin(ARGV[1])
redis.call('HSET', STATE, 'profile', ARGV[7])
local record = cjson.decode(ARGV[2])
local previous = participant(record.id)
local previous_session = redis.call('HGET', SESSIONS, record.id) or ''
local previous_connection = redis.call('HGET', PRESENCE, record.id) or ''
local moved_from = ''
if previous then
  moved_from = settle_move(previous)
  drop_tracks(record.id)
  count_on_edge(previous, -1)
end
save_participant(record)
redis.call('HSET', SESSIONS, record.id, ARGV[3])
redis.call('HSET', PRESENCE, record.id, ARGV[4])
redis.call('HSET', RESUME, record.id, ARGV[5])
redis.call('ZADD', DEADLINES, now_ms + tonumber(ARGV[6]), record.id)
count_on_edge(record, 1)
if previous then append({ participantUpdated = record }) else append({ participantJoined = record }) end
touch()
return { generation(), appended, snapshot(), previous_session, previous_connection, redis.call('HGET', PLAN, 'epoch') or '0', moved_from }
