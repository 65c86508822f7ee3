-- ARGV: generation to begin with, participant, session, connection id, resume token hash, lease of presence in ms, profile of the meeting, most participants that everybody sees, most in all (0: any), '1' for who comes from a meeting beside this one: it finds room, and what it is there counts here, from now on if it was given a role here before, how it was placed, Redis ms until which somebody waits for it, Redis ms when it was asked, most that a meeting lists before there is a crowd
local record = cjson.decode(ARGV[2])
if is_late(ARGV[12]) or is_overtaken(record.id, ARGV[13]) then return fail('STATE_UNAVAILABLE') end
if redis.call('HGET', STATE, 'ended') then return fail('MEETING_ENDED') end
local transferred = ARGV[10] == '1'
if transferred then
  if redis.call('HEXISTS', ROLES, record.id) == 1 then redis.call('HSET', ROLES, record.id, record.role) end
elseif not is_player(record) then
  record.role = redis.call('HGET', ROLES, record.id) or record.role
end
local given = redis.call('HGET', NAMES, record.id)
if given then
  local name = cjson.decode(given)
  if transferred then
    redis.call('HSET', NAMES, record.id, cjson.encode({ from = name.from, to = record.name }))
  elseif not name.from or name.from == record.name then
    redis.call('HSET', NAMES, record.id, cjson.encode({ from = record.name, to = name.to }))
    record.name = name.to
  else
    -- Their token is a new one, and so is the name in it.
    redis.call('HDEL', NAMES, record.id)
  end
end
local previous = participant(record.id)
begin(ARGV[1])
local profile = keep_profile(ARGV[7])
keep_most_listed(ARGV[14])
-- Who is listed stays so. In a webinar the role says it.
if not is_webinar() and not keeps_order(record) then
  if previous then record.counted = previous.counted else record.counted = not lists_newcomers() or nil end
end
local needs_room = not previous and not transferred
local everybody = redis.call('HLEN', PARTICIPANTS) + redis.call('HLEN', ATTENDEES)
-- In a meeting everybody may come to be listed.
local listed = is_webinar() and redis.call('HLEN', PARTICIPANTS) or everybody
if needs_room and not (is_webinar() and is_counted(record)) and listed >= tonumber(ARGV[8]) then return fail('MEETING_FULL') end
local capacity = tonumber(ARGV[9])
if needs_room and capacity > 0 and everybody >= capacity then return fail('MEETING_FULL') end
local previous_session = redis.call('HGET', SESSIONS, record.id) or ''
local previous_connection = redis.call('HGET', PRESENCE, record.id) or ''
local moved_from = ''
if previous then
  -- What was said of somebody goes on being true when they come back.
  for _, field in ipairs({ 'networkQuality', 'spotlight', 'spotlightBy', 'seesTrackId', 'clockAheadMs' }) do record[field] = previous[field] end
  moved_from = settle_move(previous)
  drop_tracks(record.id)
  count_on_edge(previous, -1)
end
redis.call('HSET', SESSIONS, record.id, ARGV[3])
redis.call('HSET', PLACEMENTS, record.id, ARGV[11])
redis.call('HSET', PRESENCE, record.id, ARGV[4])
redis.call('HSET', RESUME, record.id, ARGV[5], asked_field(record.id), ARGV[13])
redis.call('ZADD', DEADLINES, now_ms + tonumber(ARGV[6]), record.id)
count_on_edge(record, 1)
enter_participant(record, previous)
touch()
return { generation(), appended, previous_session, previous_connection, redis.call('HGET', PLAN, 'epoch') or '0', moved_from, profile }
