-- ARGV: ms to keep them, the audience and what is prepared for it (or '': no audience), edge ids
redis.call('DEL', WARM, WARMTH)
if ARGV[2] ~= '' then redis.call('SET', WARMTH, ARGV[2], 'PX', ARGV[1]) end
if #ARGV > 2 then
  redis.call('SADD', WARM, unpack(ARGV, 3))
  redis.call('PEXPIRE', WARM, ARGV[1])
end
return {}
