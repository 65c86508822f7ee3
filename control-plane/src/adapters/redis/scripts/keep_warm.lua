-- ARGV: ms to keep them, edge ids
redis.call('DEL', WARM)
if #ARGV > 1 then
  redis.call('SADD', WARM, unpack(ARGV, 2))
  redis.call('PEXPIRE', WARM, ARGV[1])
end
return {}
