-- Removes every participant whose presence ran out. Returns their ids and sessions, and how many are left.
local removed = {}
for _, id in ipairs(redis.call('ZRANGEBYSCORE', DEADLINES, '-inf', now_ms)) do
  local session = remove(id, 'LEAVE_REASON_CONNECTION_LOST')
  if session then
    removed[#removed + 1] = id
    removed[#removed + 1] = session
  else
    redis.call('ZREM', DEADLINES, id)
  end
end
return { generation() or '', appended, removed, redis.call('ZCARD', DEADLINES) }
