-- Shared by all meeting scripts. KEYS is always the list of keys.ts, in its order.
local STATE, PARTICIPANTS, SESSIONS, PRESENCE, DEADLINES, TRACKS, EVENTS, MAP, ORIGINS, PLAN, LEASE, RESUME, MOVES, WARM = unpack(KEYS)
local TTL_MS, MAX_EVENTS = 7200000, 4096

-- Redis' own clock: replicas may be minutes apart.
local time = redis.call('TIME')
local now_ms = time[1] * 1000 + math.floor(time[2] / 1000)

local appended = {}

local function fail(code)
  return redis.error_reply('CANOPY ' .. code)
end

local function touch()
  for _, key in ipairs(KEYS) do
    if key ~= LEASE and key ~= WARM then redis.call('PEXPIRE', key, TTL_MS) end
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
    redis.call('DEL', EVENTS)
    redis.call('HSET', STATE, 'generation', candidate, 'sequence', 0)
  end
end

local function append(event)
  local position = redis.call('HINCRBY', STATE, 'sequence', 1)
  local json = cjson.encode(event)
  redis.call('XADD', EVENTS, 'MAXLEN', '~', MAX_EVENTS, string.format('%d-0', position), 'event', json)
  appended[#appended + 1] = string.format('%d', position)
  appended[#appended + 1] = json
end

local function participant(id)
  local json = redis.call('HGET', PARTICIPANTS, id)
  return json and cjson.decode(json)
end

local function save_participant(record)
  redis.call('HSET', PARTICIPANTS, record.id, cjson.encode(record))
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
    local stored = cjson.decode(json)
    if stored.track.participantId == participant_id then found[#found + 1] = stored end
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

-- Forgets a participant and tells why. Returns its session, and the one it was moving away from or ''.
local function remove(id, reason)
  local record = participant(id)
  if not record then return false end
  local session = redis.call('HGET', SESSIONS, id)
  drop_tracks(id)
  redis.call('HDEL', PARTICIPANTS, id)
  redis.call('HDEL', SESSIONS, id)
  redis.call('HDEL', PRESENCE, id)
  redis.call('ZREM', DEADLINES, id)
  redis.call('HDEL', RESUME, id)
  count_on_edge(record, -1)
  local from = settle_move(record)
  append({ participantLeft = { participantId = id, reason = reason } })
  return session, from
end

local function set_connected(id, connected)
  local record = participant(id)
  if not record or record.connected == connected then return end
  record.connected = connected
  save_participant(record)
  append({ participantUpdated = record })
end

local function position()
  return string.format('%d', sequence())
end

-- Everything a snapshot holds, read at one moment.
local function snapshot()
  return { redis.call('HVALS', PARTICIPANTS), redis.call('HVALS', TRACKS), position() }
end
