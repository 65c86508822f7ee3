-- ARGV: track, most tracks of one participant, Redis ms until which somebody waits for it. A participant has one track of each source.
if is_late(ARGV[3]) or not generation() then return fail('STATE_UNAVAILABLE') end
local new = cjson.decode(ARGV[1])
local owner = participant(new.participantId)
if not owner then return fail('PARTICIPANT_NOT_FOUND') end
if owner.role == 'ROLE_ATTENDEE' then return fail('FORBIDDEN') end
local mine = tracks_of(new.participantId)
for _, stored in ipairs(mine) do
  if stored.track.source == new.source then return fail('TRACK_LIMIT_REACHED') end
end
if #mine >= tonumber(ARGV[2]) then return fail('TRACK_LIMIT_REACHED') end
list_participant(owner)
append({ trackPublished = new })
save_track({ order = sequence(), track = new })
touch()
return { generation(), appended }
