-- ARGV: participant id
if not generation() then return fail('STATE_UNAVAILABLE') end
local record = participant(ARGV[1])
if not record then return fail('PARTICIPANT_NOT_FOUND') end
if redis.call('HEXISTS', HANDS, record.id) == 0 then
  local hand = { participantId = record.id, name = record.name }
  tell_of_hand({ handRaised = hand }, record.id)
  redis.call('HSET', HANDS, record.id, cjson.encode({ order = sequence(), hand = hand }))
end
touch()
return { generation(), appended }
