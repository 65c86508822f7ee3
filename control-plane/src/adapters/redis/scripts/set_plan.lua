-- ARGV: lease token, epoch, plan. Stored only by the holder of the lease and only if the epoch is higher: a holder that slept past its lease changes nothing.
if redis.call('GET', LEASE) ~= ARGV[1] then return 0 end
if tonumber(ARGV[2]) <= tonumber(redis.call('HGET', PLAN, 'epoch') or '0') then return 0 end
redis.call('HSET', PLAN, 'epoch', ARGV[2], 'document', ARGV[3])
touch()
return 1
