-- ARGV: participant id, track id
if not generation() then return fail('STATE_UNAVAILABLE') end
local stored = track(ARGV[2])
if not stored or stored.track.participantId ~= ARGV[1] then return fail('TRACK_NOT_FOUND') end
redis.call('HDEL', TRACKS, ARGV[2])
append({ trackUnpublished = { trackId = ARGV[2], participantId = ARGV[1] } })
touch()
return { generation(), appended }
