-- ARGV: participant id, edge id it came from. What it published there and did not take along is gone.
if not generation() then return fail('STATE_UNAVAILABLE') end
local record = participant(ARGV[1])
if not record then return fail('PARTICIPANT_NOT_FOUND') end
settle_move(record)
for _, stored in ipairs(tracks_of(record.id)) do
  if stored.track.originEdgeId == ARGV[2] and record.edgeId ~= ARGV[2] then
    redis.call('HDEL', TRACKS, stored.track.id)
    append({ trackUnpublished = { trackId = stored.track.id, participantId = record.id } })
  end
end
touch()
return { generation(), appended }
