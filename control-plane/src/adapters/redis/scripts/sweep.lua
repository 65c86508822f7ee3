-- Removes participants whose presence ran out; of very many some, and the rest the next time, for nobody else is served meanwhile. Returns their ids, their sessions and those they were moving away from, and how many are left.
local removed = {}
for _, id in ipairs(redis.call('ZRANGEBYSCORE', DEADLINES, '-inf', now_ms, 'LIMIT', 0, 200)) do
  local session, moved_from = remove(id, 'LEAVE_REASON_CONNECTION_LOST')
  if session then
    removed[#removed + 1] = id
    removed[#removed + 1] = session
    removed[#removed + 1] = moved_from
  else
    redis.call('ZREM', DEADLINES, id)
  end
end
return { generation() or '', appended, removed, redis.call('ZCARD', DEADLINES) }
