-- Shared by all meeting scripts. KEYS is always the list of keys.ts, in its order.
local STATE, PARTICIPANTS, SESSIONS, PRESENCE, DEADLINES, TRACKS, EVENTS, MAP, ORIGINS, PLAN, LEASE, RESUME, MOVES, ROLES, WARM, ATTENDEES, ARRIVALS, STAGE_EVENTS, HANDS, PLACEMENTS, WARMTH, NAMES =
  unpack(KEYS)
local TTL_MS, MAX_EVENTS = 7200000, 4096

-- Redis' own clock: replicas may be minutes apart.
local time = redis.call('TIME')
local now_ms = time[1] * 1000 + math.floor(time[2] / 1000)

local appended = {}

local function fail(code)
  return redis.error_reply('CANOPY ' .. code)
end

-- Whoever asked was told that it failed, and may have asked elsewhere since: what stood still on its way is not done any more.
local function is_late(deadline)
  return now_ms >= tonumber(deadline)
end

-- Where it is kept when the connection was asked for that a participant got last, by Redis' clock in ms; ids have no spaces.
local function asked_field(id)
  return id .. ' asked'
end

-- The participant has a connection that was asked for later: what stood still on its way does not take its place. Nothing follows from times that are to come, for then the clock was set back.
local function is_overtaken(id, asked_ms)
  local latest = tonumber(redis.call('HGET', RESUME, asked_field(id)) or 0)
  return latest > tonumber(asked_ms) and latest <= now_ms
end

local function touch()
  for _, key in ipairs(KEYS) do
    if key ~= LEASE and key ~= WARM and key ~= WARMTH then redis.call('PEXPIRE', key, TTL_MS) end
  end
end

local function generation()
  return redis.call('HGET', STATE, 'generation')
end

local function sequence()
  return tonumber(redis.call('HGET', STATE, 'sequence') or '0')
end

-- Begins the event stream if there is none.
local function begin(candidate)
  if not generation() then
    redis.call('DEL', EVENTS, STAGE_EVENTS)
    redis.call('HSET', STATE, 'generation', candidate, 'sequence', 0, 'stage_sequence', 0)
  end
end

-- Keeps the newer of the known profile and this one. Returns it.
local function keep_profile(json)
  local known, profile = redis.call('HGET', STATE, 'profile'), cjson.decode(json)
  if known and (cjson.decode(known).revision or 0) > profile.revision then return known end
  redis.call('HSET', STATE, 'profile', json, 'mode', profile.mode)
  return json
end

local function is_webinar()
  return redis.call('HGET', STATE, 'mode') == 'webinar'
end

-- Whoever is not listed is counted: the audience of a webinar, and the crowd of a large meeting, which is not known by a role but by where it is kept.
local function is_counted(record)
  if is_webinar() then return record.role == 'ROLE_ATTENDEE' end
  return record.counted == true
end

local function keeps_order(record)
  return record.role == 'ROLE_HOST' or record.role == 'ROLE_COHOST'
end

-- Whether somebody is told of each who is counted.
local function follows_counted(record)
  if is_webinar() then return record.role ~= 'ROLE_ATTENDEE' end
  return keeps_order(record)
end

-- It speaks WHEP and only watches, whatever role it was given or its token has.
local function is_player(record)
  return record.bare and record.role == 'ROLE_ATTENDEE'
end

-- What concerns those who are counted is told to few. The rest, few events in a large webinar, has a stream of its own
-- besides, each entry with the number of the one before: who hears only those catches up from there, whatever the audience did.
local function append_json(json, of_counted)
  local position = string.format('%d', redis.call('HINCRBY', STATE, 'sequence', 1))
  redis.call('XADD', EVENTS, 'MAXLEN', '~', MAX_EVENTS, position .. '-0', 'event', json)
  if not of_counted and is_webinar() then
    local before = redis.call('HGET', STATE, 'stage_sequence')
    redis.call('XADD', STAGE_EVENTS, 'MAXLEN', '~', MAX_EVENTS, position .. '-0', 'event', json, 'before', before)
    redis.call('HSET', STATE, 'stage_sequence', position)
  end
  appended[#appended + 1] = position
  appended[#appended + 1] = json
end

local function append(event, of_counted)
  if of_counted then event.ofAttendee = true end
  append_json(cjson.encode(event), of_counted)
end

-- The crowd of a meeting is no ten thousand: what concerns it is passed over, and nothing is kept twice for it.
local function told_to_all(entries)
  local told = {}
  for _, entry in ipairs(entries) do
    if not entry[2][2]:find('"ofAttendee":true', 1, true) then told[#told + 1] = entry end
  end
  return told
end

-- Stream entries after a position, of those that everybody is told or of all; false if there are more than so many, or some are not there any more.
local function missed_since(from, most, of_all)
  if from > sequence() then return false end
  local only_stage = not of_all and is_webinar()
  local last = only_stage and tonumber(redis.call('HGET', STATE, 'stage_sequence')) or sequence()
  if from >= last then return {} end
  local stream = only_stage and STAGE_EVENTS or EVENTS
  local entries = redis.call('XRANGE', stream, string.format('%d-0', from + 1), '+', 'COUNT', most + 1)
  if #entries == 0 or #entries > most then return false end
  local before = only_stage and tonumber(entries[1][2][4]) or tonumber(entries[1][1]:match('^%d+')) - 1
  if before > from then return false end
  return of_all and entries or told_to_all(entries)
end

-- A replica of the version before, which knows no crowd, may have listed somebody of it in its way: that holds.
local function participant(id)
  local listed = redis.call('HGET', PARTICIPANTS, id)
  local json = listed or redis.call('HGET', ATTENDEES, id)
  if not json then return false end
  local record = cjson.decode(json)
  record.counted = not listed or nil
  return record
end

local function save_participant(record)
  redis.call('HSET', is_counted(record) and ATTENDEES or PARTICIPANTS, record.id, cjson.encode(record))
end

local function drop_participant(id)
  redis.call('HDEL', PARTICIPANTS, id)
  redis.call('HDEL', ATTENDEES, id)
  redis.call('ZREM', ARRIVALS, id)
end

-- Keeps what is new about somebody and tells who may know.
local function update_participant(record)
  save_participant(record)
  append({ participantUpdated = record }, is_counted(record))
end

-- Keeps somebody who joins, or who was there already as `previous`. Who goes from those who are listed to those who are counted, or back, leaves the one roster and joins the other.
local function enter_participant(record, previous)
  local counted = is_counted(record)
  if previous and is_counted(previous) == counted then return update_participant(record) end
  if previous then
    drop_participant(record.id)
    append({ participantLeft = { participantId = record.id, reason = 'LEAVE_REASON_ROLE_CHANGED' } }, not counted)
  end
  save_participant(record)
  append({ participantJoined = record }, counted)
  if counted then redis.call('ZADD', ARRIVALS, sequence(), record.id) end
end

-- Somebody whom everybody is about to hear of is listed first, and from then on. Whoever is in the audience of a webinar stays there. Returns whether they were of the crowd.
local function list_participant(record)
  if is_webinar() or not record.counted then return false end
  local previous = participant(record.id)
  record.counted = nil
  enter_participant(record, previous)
  return true
end

-- How many a meeting lists, whatever they do, before there is a crowd: the replicas say so whenever somebody comes.
local function keep_most_listed(most)
  redis.call('HSET', STATE, 'most_listed', most)
end

local function most_listed()
  return tonumber(redis.call('HGET', STATE, 'most_listed') or '') or math.huge
end

-- Whether whoever comes to a meeting is listed: as long as it has no crowd.
local function lists_newcomers()
  return redis.call('ZCARD', ARRIVALS) == 0 and redis.call('HLEN', PARTICIPANTS) < most_listed()
end

-- When half of a meeting's roster is gone, the places go to who came first of its crowd. Were each filled as it gets free, of a thousand who leave everybody would be told of each.
local function fill_roster()
  if is_webinar() or redis.call('HLEN', PARTICIPANTS) > most_listed() / 2 then return end
  while redis.call('HLEN', PARTICIPANTS) < most_listed() do
    local id = redis.call('ZRANGE', ARRIVALS, 0, 0)[1]
    if not id then return end
    local record = participant(id)
    if not (record and list_participant(record)) then
      -- Listed by a replica of the version before, which left this.
      redis.call('HDEL', ATTENDEES, id)
      redis.call('ZREM', ARRIVALS, id)
    end
  end
end

-- Notes the name that somebody was given. What they were called before it was given for the first time is the name of their
-- token; nil after the state was lost, when nobody knows that any more.
local function keep_name(id, before, name)
  local given = redis.call('HGET', NAMES, id)
  if given then before = cjson.decode(given).from end
  redis.call('HSET', NAMES, id, cjson.encode({ from = before, to = name }))
end

-- The track and its place in the order of publication.
local function track(id)
  local json = redis.call('HGET', TRACKS, id)
  return json and cjson.decode(json)
end

local function save_track(stored)
  redis.call('HSET', TRACKS, stored.track.id, cjson.encode(stored))
end

local function tracks_of(participant_id)
  local found = {}
  for _, json in ipairs(redis.call('HVALS', TRACKS)) do
    -- There may be thousands: only what speaks of the participant is decoded.
    local stored = json:find(participant_id, 1, true) and cjson.decode(json)
    if stored and stored.track.participantId == participant_id then found[#found + 1] = stored end
  end
  table.sort(found, function(a, b) return a.order < b.order end)
  return found
end

local function drop_tracks(participant_id)
  for _, stored in ipairs(tracks_of(participant_id)) do
    redis.call('HDEL', TRACKS, stored.track.id)
    append({ trackUnpublished = { trackId = stored.track.id, participantId = participant_id } })
  end
end

local function count(key, edge_id, by)
  if redis.call('HINCRBY', key, edge_id, by) <= 0 then redis.call('HDEL', key, edge_id) end
end

local function count_on_edge(record, by)
  count(MAP, record.edgeId, by)
  if record.role ~= 'ROLE_ATTENDEE' then count(ORIGINS, record.edgeId, by) end
end

-- Ends a participant's move, if it has one under way. Returns the session it came from, or ''.
local function settle_move(record)
  local from = redis.call('HGET', MOVES, record.id)
  if not from then return '' end
  redis.call('HDEL', MOVES, record.id)
  count_on_edge({ edgeId = cjson.decode(from).edgeId, role = record.role }, -1)
  return from
end

-- Tells of a hand who may see it: in a webinar the stage, and whose hand it is.
local function tell_of_hand(event, id)
  if is_webinar() then event.audience = { group = 'AUDIENCE_GROUP_STAGE', participantIds = { id } } end
  append(event)
end

local function raise_hand(record)
  if redis.call('HEXISTS', HANDS, record.id) == 1 then return end
  list_participant(record)
  local hand = { participantId = record.id, name = record.name }
  tell_of_hand({ handRaised = hand }, record.id)
  redis.call('HSET', HANDS, record.id, cjson.encode({ order = sequence(), hand = hand }))
end

local function lower_hand(id)
  if redis.call('HDEL', HANDS, id) == 1 then tell_of_hand({ handLowered = { participantId = id } }, id) end
end

-- Forgets a participant and tells why. Returns its session, and the one it was moving away from or ''.
local function remove(id, reason)
  local record = participant(id)
  if not record then return false end
  local session = redis.call('HGET', SESSIONS, id)
  drop_tracks(id)
  lower_hand(id)
  drop_participant(id)
  redis.call('HDEL', SESSIONS, id)
  redis.call('HDEL', PLACEMENTS, id)
  redis.call('HDEL', PRESENCE, id)
  redis.call('ZREM', DEADLINES, id)
  redis.call('HDEL', RESUME, id, asked_field(id))
  count_on_edge(record, -1)
  local from = settle_move(record)
  append({ participantLeft = { participantId = id, reason = reason } }, is_counted(record))
  if not record.counted then fill_roster() end
  return session, from
end

local function set_connected(id, connected)
  local record = participant(id)
  if not record or record.connected == connected then return end
  record.connected = connected
  update_participant(record)
end

local function position()
  return string.format('%d', sequence())
end

-- Everything a snapshot holds, read at one moment.
local function snapshot()
  local recording = redis.call('HGET', STATE, 'recording') or ''
  return {
    redis.call('HVALS', PARTICIPANTS), redis.call('HVALS', TRACKS), position(), redis.call('HLEN', ATTENDEES),
    redis.call('HVALS', HANDS), recording,
  }
end
