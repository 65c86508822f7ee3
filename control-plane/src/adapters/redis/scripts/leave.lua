-- ARGV: participant id, reason, connection id that it leaves by: who has another one by now stays. '' for whichever it has.
if not generation() then return fail('STATE_UNAVAILABLE') end
local holder = redis.call('HGET', PRESENCE, ARGV[1])
if ARGV[3] ~= '' and holder and holder ~= ARGV[3] then return fail('REPLACED') end
local session, moved_from = remove(ARGV[1], ARGV[2])
if not session then return fail('PARTICIPANT_NOT_FOUND') end
touch()
return { generation(), appended, session, moved_from }
