-- KEYS: meetings by the time they are swept next. ARGV: meeting id, ms until then. A meeting that waits already comes a millisecond sooner: whoever finds nobody in it sees by that that somebody came since.
local time = redis.call('TIME')
local now_ms = time[1] * 1000 + math.floor(time[2] / 1000)
local is_new = redis.call('ZADD', KEYS[1], 'NX', now_ms + tonumber(ARGV[2]), ARGV[1]) == 1
if not is_new then redis.call('ZINCRBY', KEYS[1], -1, ARGV[1]) end
