-- ARGV: participant id, track id, '1' or '0'
if not generation() then return fail('STATE_UNAVAILABLE') end
local stored = track(ARGV[2])
if not stored or stored.track.participantId ~= ARGV[1] then return fail('TRACK_NOT_FOUND') end
local muted = ARGV[3] == '1'
if stored.track.muted ~= muted then
  stored.track.muted = muted
  save_track(stored)
  append({ trackUpdated = stored.track })
end
touch()
return { generation(), appended }
