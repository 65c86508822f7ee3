-- The edges a meeting uses and the plan it has, read at one moment.
return { redis.call('HGETALL', MAP), redis.call('HKEYS', ORIGINS), redis.call('HGET', PLAN, 'document') or '' }
