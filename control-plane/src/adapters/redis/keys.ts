/**
 * The keys of one meeting, in the order in which scripts get them. They share a hash tag, so that in a Redis Cluster one
 * script reaches them all, and expire two hours after the meeting's last activity.
 */
export function meetingKeys(namespace: string, meetingId: string) {
  const key = (name: string) => `${namespace}:${name}:{${meetingId}}`;
  return {
    /** hash: generation, sequence, stage_sequence (of the last event that everybody is told), mode, profile, recording, recording_revision, most_listed, ended */
    state: key('meeting_state'),
    /** hash: participant id → Participant as JSON, those who are listed: of a webinar the stage, of a large meeting all but its crowd */
    participants: key('participants'),
    /** hash: participant id → MediaSession as JSON, its decision in brief */
    sessions: key('sessions'),
    /** hash: participant id → connection id, '' while it has none */
    presence: key('user_presence'),
    /** sorted set: participant id by the time it leaves unless renewed, Redis ms */
    deadlines: key('presence_deadlines'),
    /** hash: track id → { order, track } as JSON */
    tracks: key('tracks'),
    /** stream: <sequence>-0 → MeetingEvent without position, as JSON */
    events: key('events'),
    /** hash: edge id → participants on it */
    map: key('meeting_map'),
    /** hash: edge id → participants on it who may publish */
    origins: key('meeting_origins'),
    /** hash: epoch, document */
    plan: key('plan'),
    /** string: token of the replica that plans */
    lease: key('plan_lease'),
    /** hash: participant id → SHA-256 of its resume token, and after a blank that of the one it was got with; with ` asked` behind the id: when its connection was asked for, Redis ms */
    resume: key('resume_tokens'),
    /** hash: participant id → MediaSession as JSON that it moves away from */
    moves: key('moves'),
    /** hash: participant id → role it was given after it joined, also for when it joins again; who comes from a meeting beside this one brings a newer one along, and after a loss of memory it is what each had then */
    roles: key('roles'),
    /** set: edges prepared for people who are not there yet; expires by itself */
    warm: key('warm_edges'),
    /** hash: participant id → Participant as JSON, those who are counted: attendees of a webinar, or the crowd of a meeting */
    attendees: key('attendees'),
    /** sorted set: ids of those by the sequence number with which they came */
    arrivals: key('arrivals'),
    /** stream: those events of a webinar that everybody is told, with the sequence number of the one before */
    stageEvents: key('stage_events'),
    /** hash: participant id → { order, hand } as JSON, raised hands */
    hands: key('hands'),
    /** hash: participant id → PlacementDocument as JSON, deflated where it is long */
    placements: key('placements'),
    /** string: WarmthDocument as JSON; expires by itself, with `warm` */
    warmth: key('warmth'),
    /** hash: participant id → { from, to } as JSON, the name it came with and the one it was given, also for when it joins again */
    names: key('names'),
  };
}

export type MeetingKeys = ReturnType<typeof meetingKeys>;

/** The keys of one meeting's lobby, apart from those of the meeting: people may wait before anybody is in it. */
export function lobbyKeys(namespace: string, meetingId: string) {
  const key = (name: string) => `${namespace}:${name}:{${meetingId}}`;
  return {
    /** hash: participant id → WaitingPerson as JSON, with `untold` until hosts know of it */
    waiting: key('lobby'),
    /** sorted set: participant id by the time it is forgotten unless renewed, Redis ms */
    deadlines: key('lobby_deadlines'),
    /** set: participants who were let in, and need not wait when they come again */
    admitted: key('lobby_admitted'),
    /** string: what was last said to those who wait */
    text: key('lobby_text'),
  };
}

/** Keys over all meetings, with one hash tag. */
export function sweepKeys(namespace: string) {
  const live = `${namespace}:{live_meetings}`;
  return {
    /** sorted set: meeting id by the time it is swept next, Redis ms */
    live,
    /** hash: looked_at, when somebody looked for meetings to sweep, and spared_until, before when nothing is swept; Redis ms */
    sweeps: `${live}:sweeps`,
  };
}

/** Keys of what clients measured, with one hash tag. */
export function rttKeys(namespace: string) {
  const networks = `${namespace}:{measured_rtts}`;
  return {
    /** hash: network → list of edge id, ms and weight as JSON */
    networks,
    /** sorted set: network by when it was written, Redis ms */
    times: `${networks}:times`,
  };
}

/** Set: ids of meetings of which an audience is announced, or was a moment ago. */
export function warmMeetingsKey(namespace: string): string {
  return `${namespace}:warm_meetings`;
}
