-- ARGV: participant id, role that it has when it joins again
if redis.call('HGET', STATE, 'ended') then return {} end
redis.call('HSET', ROLES, ARGV[1], ARGV[2])
touch()
return {}
