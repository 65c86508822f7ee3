-- ARGV: lease token
if redis.call('GET', LEASE) ~= ARGV[1] then return 0 end
return redis.call('DEL', LEASE)
