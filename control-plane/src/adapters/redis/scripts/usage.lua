-- ARGV: generation and epoch of the plan that the caller knows. Returns the edges a meeting uses, the plan it has and its profile, read at one moment; instead of a plan, 'known' if it is that one, or '' if there is none.
local function plan()
  local epoch = redis.call('HGET', PLAN, 'epoch')
  if not epoch then return '' end
  local of = generation() or ''
  if of == ARGV[1] and epoch == ARGV[2] then return 'known' end
  return { of, redis.call('HGET', PLAN, 'document') }
end
return { redis.call('HGETALL', MAP), redis.call('HKEYS', ORIGINS), plan(), redis.call('HGET', STATE, 'profile') or '', redis.call('SMEMBERS', WARM) }
