-- ARGV: participant id, name that they had before, name that they have when they join again
if redis.call('HGET', STATE, 'ended') then return {} end
keep_name(ARGV[1], ARGV[2], ARGV[3])
touch()
return {}
