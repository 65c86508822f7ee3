-- ARGV: generation to begin with, profile of the meeting, what everybody is told of it. Who joins later with an older profile gets this one.
if redis.call('HGET', STATE, 'ended') then return fail('MEETING_ENDED') end
begin(ARGV[1])
if keep_profile(ARGV[2]) == ARGV[2] then append({ meetingUpdated = cjson.decode(ARGV[3]) }) end
touch()
return { generation(), appended }
