-- ARGV: participant id, name. Who comes again with the name of their token keeps the one they were given. Returns the participant as it is then.
if not generation() then return fail('STATE_UNAVAILABLE') end
local record = participant(ARGV[1])
if not record then return fail('PARTICIPANT_NOT_FOUND') end
if record.name ~= ARGV[2] then
  keep_name(record.id, record.name, ARGV[2])
  record.name = ARGV[2]
  local raised = redis.call('HGET', HANDS, record.id)
  if raised then
    local stored = cjson.decode(raised)
    stored.hand.name = record.name
    redis.call('HSET', HANDS, record.id, cjson.encode(stored))
  end
  update_participant(record)
end
touch()
return { generation(), appended, cjson.encode(record) }
