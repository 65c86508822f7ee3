-- ARGV: participant id
if not generation() then return fail('STATE_UNAVAILABLE') end
local record = participant(ARGV[1])
if not record then return fail('PARTICIPANT_NOT_FOUND') end
raise_hand(record)
touch()
return { generation(), appended }
