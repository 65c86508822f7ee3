-- ARGV: generation to begin with, lease of presence in ms, ms that a participant waits for the replica that holds it, profile of the meeting, generation and sequence that the replica knows, most that a meeting lists before there is a crowd, then per participant: participant, session, connection id, resume token hash ('' three times for one that another replica holds), JSON list of tracks, place among the raised hands, or 0.
-- Puts back what a replica knows after the state was lost. Each replica brings everybody, so that nobody seems to be gone meanwhile; who holds a participant has the last word on it.
if redis.call('HGET', STATE, 'ended') then return fail('MEETING_ENDED') end
begin(ARGV[1])
if generation() == ARGV[5] and sequence() < tonumber(ARGV[6]) then
  -- The store went back to what it was. What was told since then is not to be confused with what will be.
  redis.call('DEL', EVENTS, STAGE_EVENTS)
  redis.call('HSET', STATE, 'generation', ARGV[1], 'sequence', ARGV[6], 'stage_sequence', ARGV[6])
  -- Whoever holds somebody says so anew.
  redis.call('DEL', SESSIONS)
  for _, id in ipairs(redis.call('ZRANGE', DEADLINES, 0, -1)) do
    redis.call('ZADD', DEADLINES, now_ms + tonumber(ARGV[3]), id)
  end
end
keep_profile(ARGV[4])
keep_most_listed(ARGV[7])

-- Read once: a replica may bring a thousand people.
local tracks_before = {}
for _, json in ipairs(redis.call('HVALS', TRACKS)) do
  local stored = cjson.decode(json)
  local owner = stored.track.participantId
  tracks_before[owner] = tracks_before[owner] or {}
  table.insert(tracks_before[owner], stored)
end

local function restore_tracks(id, tracks)
  local kept = {}
  for _, restored in ipairs(tracks) do
    kept[restored.id] = true
    local stored = track(restored.id)
    if not stored then
      append({ trackPublished = restored })
      save_track({ order = sequence(), track = restored })
    elseif stored.track.muted ~= restored.muted or stored.track.originEdgeId ~= restored.originEdgeId then
      stored.track = restored
      save_track(stored)
      append({ trackUpdated = restored })
    end
  end
  for _, stored in ipairs(tracks_before[id] or {}) do
    if not kept[stored.track.id] then
      redis.call('HDEL', TRACKS, stored.track.id)
      append({ trackUnpublished = { trackId = stored.track.id, participantId = id } })
    end
  end
end

local function differs(known, record)
  for _, field in ipairs({ 'edgeId', 'connected', 'role', 'name', 'counted' }) do
    if known[field] ~= record[field] then return true end
  end
  return false
end

local raised = {}
for index = 8, #ARGV, 6 do
  local record = cjson.decode(ARGV[index])
  local id, session = record.id, ARGV[index + 1]
  local known = participant(id)
  -- Another replica knew already that it is listed.
  if known and not known.counted then record.counted = nil end
  local claimed = session ~= '' and redis.call('HEXISTS', SESSIONS, id) == 0
  if claimed then
    redis.call('HSET', SESSIONS, id, session)
    redis.call('HSET', PRESENCE, id, ARGV[index + 2])
    redis.call('HSET', RESUME, id, ARGV[index + 3])
    -- Both may have been given since the token was made with which it joins again.
    if not is_player(record) then
      redis.call('HSET', ROLES, id, record.role)
      keep_name(id, nil, record.name)
    end
    redis.call('ZADD', DEADLINES, now_ms + tonumber(ARGV[2]), id)
  elseif not known then
    redis.call('ZADD', DEADLINES, now_ms + tonumber(ARGV[3]), id)
  end
  if claimed or not known then
    if known then count_on_edge(known, -1) end
    count_on_edge(record, 1)
    if not known or differs(known, record) then
      enter_participant(record, known)
    end
    restore_tracks(id, cjson.decode(ARGV[index + 4]))
    -- Of one who is known already it may have been lowered since.
    local place = tonumber(ARGV[index + 5])
    if not known and place > 0 then table.insert(raised, { place = place, record = record }) end
  end
end
table.sort(raised, function(a, b) return a.place < b.place end)
for _, hand in ipairs(raised) do raise_hand(hand.record) end
touch()
return { generation(), appended }
