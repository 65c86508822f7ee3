-- ARGV: participant id, fields of a Participant as JSON. Who is counted is told of to too few to be described; but whom everybody is to look at is listed.
if not generation() then return fail('STATE_UNAVAILABLE') end
local record = participant(ARGV[1])
if not record then return fail('PARTICIPANT_NOT_FOUND') end
local changed = false
for field, value in pairs(cjson.decode(ARGV[2])) do
  changed = changed or record[field] ~= value
  record[field] = value
end
local listed = changed and record.spotlight and list_participant(record)
if changed and not listed and not is_counted(record) then update_participant(record) end
touch()
return { generation(), appended }
