-- ARGV: participant id, connection id, grace in ms. Nothing happens if the participant has connected anew since.
if not generation() then return fail('STATE_UNAVAILABLE') end
if redis.call('HGET', PRESENCE, ARGV[1]) ~= ARGV[2] then return { generation(), appended } end
redis.call('HSET', PRESENCE, ARGV[1], '')
redis.call('ZADD', DEADLINES, now_ms + tonumber(ARGV[3]), ARGV[1])
set_connected(ARGV[1], false)
touch()
return { generation(), appended }
