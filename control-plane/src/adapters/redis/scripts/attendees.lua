-- ARGV: the arrival after which to begin, most attendees. Returns the page, the arrival of its last one or '' if there are no more, and the position that it shows.
local most = tonumber(ARGV[2])
local found = redis.call('ZRANGEBYSCORE', ARRIVALS, '(' .. ARGV[1], '+inf', 'WITHSCORES', 'LIMIT', 0, most + 1)
local page = {}
for index = 1, math.min(#found, 2 * most), 2 do page[#page + 1] = redis.call('HGET', ATTENDEES, found[index]) end
return { generation() or '', page, #found > 2 * most and found[2 * most] or '', position() }
