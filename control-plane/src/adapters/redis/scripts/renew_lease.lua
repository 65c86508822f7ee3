-- ARGV: lease token, ms
if redis.call('GET', LEASE) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', LEASE, ARGV[2])
