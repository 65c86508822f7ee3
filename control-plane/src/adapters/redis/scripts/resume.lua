-- ARGV: participant id, resume token hash, next hash, connection id, lease of presence in ms, known generation, known sequence, most events to replay, Redis ms until which somebody waits for it, Redis ms when it was asked
local id = ARGV[1]
if is_late(ARGV[9]) or is_overtaken(id, ARGV[10]) then return fail('STATE_UNAVAILABLE') end
if redis.call('HGET', STATE, 'ended') then return fail('MEETING_ENDED') end
-- Who shows the token before the last never got the last, for the answer that brought it was lost: it is good until its successor is used.
local current, previous = (redis.call('HGET', RESUME, id) or ''):match('^(%S*) ?(%S*)$')
if ARGV[2] ~= current and ARGV[2] ~= previous then return fail('RESUME_REFUSED') end
local session = redis.call('HGET', SESSIONS, id)
if not session then return fail('RESUME_REFUSED') end
local previous_connection = redis.call('HGET', PRESENCE, id) or ''
redis.call('HSET', RESUME, id, ARGV[3] .. ' ' .. ARGV[2], asked_field(id), ARGV[10])
redis.call('HSET', PRESENCE, id, ARGV[4])
redis.call('ZADD', DEADLINES, now_ms + tonumber(ARGV[5]), id)
set_connected(id, true)
touch()
local record = participant(id)
local missed = ARGV[6] == generation() and missed_since(tonumber(ARGV[7]), tonumber(ARGV[8]), follows_counted(record))
return { generation(), appended, missed or '', session, previous_connection, position(), cjson.encode(record), redis.call('HGET', STATE, 'profile'), redis.call('HGET', MOVES, id) or '' }
