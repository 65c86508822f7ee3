-- ARGV: participant id, reason
if not generation() then return fail('STATE_UNAVAILABLE') end
local session, moved_from = remove(ARGV[1], ARGV[2])
if not session then return fail('PARTICIPANT_NOT_FOUND') end
touch()
return { generation(), appended, session, moved_from }
