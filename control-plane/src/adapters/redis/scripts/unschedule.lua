-- KEYS: meetings by the time they are swept next. ARGV: meeting id, the time it had before it was found empty. Forgets it unless somebody came since, or took it to sweep it again.
local due_at = redis.call('ZSCORE', KEYS[1], ARGV[1])
if due_at and tonumber(due_at) == tonumber(ARGV[2]) then redis.call('ZREM', KEYS[1], ARGV[1]) end
