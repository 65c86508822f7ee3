-- ARGV: participant id
if not generation() then return fail('STATE_UNAVAILABLE') end
lower_hand(ARGV[1])
touch()
return { generation(), appended }
