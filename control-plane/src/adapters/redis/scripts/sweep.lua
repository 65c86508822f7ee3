-- Removes every participant whose presence ran out. Returns their ids, their sessions and those they were moving away from, and how many are left.
local removed = {}
for _, id in ipairs(redis.call('ZRANGEBYSCORE', DEADLINES, '-inf', now_ms)) do
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
