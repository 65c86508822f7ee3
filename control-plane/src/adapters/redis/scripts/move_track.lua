-- ARGV: participant id, track id, the edge it comes from now, '1' or '0' for muted. Told also when the edge is the same: the media is new.
if not generation() then return fail('STATE_UNAVAILABLE') end
local stored = track(ARGV[2])
if not stored or stored.track.participantId ~= ARGV[1] then return fail('TRACK_NOT_FOUND') end
stored.track.originEdgeId = ARGV[3]
stored.track.muted = ARGV[4] == '1'
save_track(stored)
append({ trackUpdated = stored.track })
touch()
return { generation(), appended }
