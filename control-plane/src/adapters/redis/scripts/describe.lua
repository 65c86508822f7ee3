-- ARGV: participant id, fields of a Participant as JSON. Attendees of a webinar are told of too few to be described.
if not generation() then return fail('STATE_UNAVAILABLE') end
local record = participant(ARGV[1])
if not record then return fail('PARTICIPANT_NOT_FOUND') end
local changed = false
for field, value in pairs(cjson.decode(ARGV[2])) do
  changed = changed or record[field] ~= value
  record[field] = value
end
if changed and not is_attendee(record) then update_participant(record) end
touch()
return { generation(), appended }
