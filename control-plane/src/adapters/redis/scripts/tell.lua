-- ARGV: generation to begin with, events as JSON. Tells them, and changes nothing else.
if redis.call('HGET', STATE, 'ended') then return fail('MEETING_ENDED') end
begin(ARGV[1])
for index = 2, #ARGV do append_json(ARGV[index]) end
touch()
return { generation(), appended }
