-- ARGV: participant id, connection id, session it moves to, edge id, region, how it was placed, Redis ms until which somebody waits for it. Both edges count it until the move ends. Returns the session of an earlier move that this one cuts short, or ''.
if is_late(ARGV[7]) or not generation() then return fail('STATE_UNAVAILABLE') end
local id = ARGV[1]
local record = participant(id)
if not record then return fail('PARTICIPANT_NOT_FOUND') end
if redis.call('HGET', PRESENCE, id) ~= ARGV[2] then return fail('REPLACED') end
local cut_short = settle_move(record)
redis.call('HSET', MOVES, id, redis.call('HGET', SESSIONS, id))
redis.call('HSET', SESSIONS, id, ARGV[3])
redis.call('HSET', PLACEMENTS, id, ARGV[6])
record.edgeId, record.region = ARGV[4], ARGV[5]
count_on_edge(record, 1)
update_participant(record)
touch()
return { generation(), appended, cut_short }
