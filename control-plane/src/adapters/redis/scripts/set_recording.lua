-- ARGV: generation to begin with, what is told to who joins as JSON ('' when nothing is recorded), event as JSON, 1 if it is
-- said once more: then it takes back nothing that was said since.
if redis.call('HGET', STATE, 'ended') then return fail('MEETING_ENDED') end
begin(ARGV[1])
local said = redis.call('HGET', STATE, 'recording') or ''
local superseded = ARGV[4] == '1' and said ~= '' and ARGV[2] ~= '' and cjson.decode(said).status ~= cjson.decode(ARGV[2]).status
if said ~= ARGV[2] and not superseded then
  redis.call('HSET', STATE, 'recording', ARGV[2])
  append_json(ARGV[3])
end
touch()
return { generation(), appended }
