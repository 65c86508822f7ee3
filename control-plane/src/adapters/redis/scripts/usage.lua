-- The edges a meeting uses, the plan it has and its profile, read at one moment.
return { redis.call('HGETALL', MAP), redis.call('HKEYS', ORIGINS), redis.call('HGET', PLAN, 'document') or '', redis.call('HGET', STATE, 'profile') or '', redis.call('SMEMBERS', WARM) }
