-- ARGV: generation to begin with, what is told to who joins as JSON ('' when nothing is recorded), event as JSON, revision: one
-- that is older than what was said takes nothing back.
if redis.call('HGET', STATE, 'ended') then return fail('MEETING_ENDED') end
begin(ARGV[1])
local said = redis.call('HGET', STATE, 'recording') or ''
if tonumber(ARGV[4]) >= tonumber(redis.call('HGET', STATE, 'recording_revision') or '0') then
  redis.call('HSET', STATE, 'recording', ARGV[2], 'recording_revision', ARGV[4])
  if said ~= ARGV[2] then append_json(ARGV[3]) end
end
touch()
return { generation(), appended }
