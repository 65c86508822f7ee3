-- ARGV: participant id, connection id, reason. Takes back a join that nobody heard the answer to; nothing happens if it was never made, or the participant has connected anew since.
if not generation() then return fail('STATE_UNAVAILABLE') end
if redis.call('HGET', PRESENCE, ARGV[1]) ~= ARGV[2] then return { generation(), appended } end
remove(ARGV[1], ARGV[3])
touch()
return { generation(), appended }
