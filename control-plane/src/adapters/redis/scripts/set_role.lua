-- ARGV: participant id, role, most participants that everybody sees. Who becomes an attendee has no tracks any more. Returns the participant as it is then.
if not generation() then return fail('STATE_UNAVAILABLE') end
local record = participant(ARGV[1])
if not record then return fail('PARTICIPANT_NOT_FOUND') end
local comes_on_stage = is_webinar() and is_counted(record) and ARGV[2] ~= 'ROLE_ATTENDEE'
if comes_on_stage and redis.call('HLEN', PARTICIPANTS) >= tonumber(ARGV[3]) then return fail('MEETING_FULL') end
redis.call('HSET', ROLES, record.id, ARGV[2])
if record.role ~= ARGV[2] then
  local previous, edges = participant(record.id), { record.edgeId }
  local from = redis.call('HGET', MOVES, record.id)
  if from then edges[2] = cjson.decode(from).edgeId end
  local function count_everywhere(by)
    for _, edge_id in ipairs(edges) do count_on_edge({ edgeId = edge_id, role = record.role }, by) end
  end
  -- Whoever is called on stage, or sent from it, has been heard.
  lower_hand(record.id)
  count_everywhere(-1)
  record.role = ARGV[2]
  count_everywhere(1)
  if keeps_order(record) then record.counted = nil end
  if record.role == 'ROLE_ATTENDEE' then drop_tracks(record.id) end
  enter_participant(record, previous)
end
touch()
return { generation(), appended, cjson.encode(record) }
