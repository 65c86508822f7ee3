-- KEYS: those who wait, until when. ARGV: id, person as JSON. Hosts were told of it; who was let in meanwhile does not wait again for that.
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 1 then redis.call('HSET', KEYS[1], ARGV[1], ARGV[2]) end
