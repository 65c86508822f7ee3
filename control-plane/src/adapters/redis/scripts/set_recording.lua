-- ARGV: generation to begin with, what is told to who joins as JSON ('' when nothing is recorded), event as JSON.
if redis.call('HGET', STATE, 'ended') then return fail('MEETING_ENDED') end
begin(ARGV[1])
if (redis.call('HGET', STATE, 'recording') or '') ~= ARGV[2] then
  redis.call('HSET', STATE, 'recording', ARGV[2])
  append_json(ARGV[3])
end
touch()
return { generation(), appended }
