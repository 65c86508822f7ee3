-- ARGV: sequence, most events
local entries = redis.call('XRANGE', EVENTS, string.format('%d-0', tonumber(ARGV[1]) + 1), '+', 'COUNT', ARGV[2])
return { generation() or '', sequence(), entries }
