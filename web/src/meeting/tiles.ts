import { isToldOfEach, type MeetingView, type Participant, Role, type Track, TrackSource } from '@canopy/client';

/** One picture in the room: a person, or what they share. */
export interface Tile {
  key: string;
  participantId: string;
  kind: 'self' | 'remote';
  source: typeof TrackSource.CAMERA | typeof TrackSource.SCREEN;
  name: string;
  /** Remote video track to receive while this tile is visible. */
  trackId: string | null;
  /** What to show; null: the person's initials. */
  media: MediaStreamTrack | null;
  /** A picture is sent, received here or not. */
  hasVideo: boolean;
  silent: boolean;
  speaking: boolean;
  /** False while their connection is lost and they may come back. */
  connected: boolean;
  /** How well the meeting reaches them: 1 (hardly) to 4 (well). Undefined while unknown, and in a large meeting. */
  quality: number | undefined;
  /** A host put them before everybody's eyes. */
  spotlit: boolean;
}

/** Tiles of everybody on stage: screens first, then the others in the order they joined, oneself last. Attendees have none. */
export function tilesOf(view: MeetingView): Tile[] {
  const bySource = tracksByParticipant(view.tracks.values());
  const people = [...view.participants.values()].filter(({ role }) => role !== Role.ATTENDEE);
  const tiles = people.flatMap((person) => {
    const tracks = bySource.get(person.id) ?? new Map<string, Track>();
    const camera = tileOf(view, person, tracks, TrackSource.CAMERA);
    return tracks.has(TrackSource.SCREEN) ? [tileOf(view, person, tracks, TrackSource.SCREEN), camera] : [camera];
  });
  return tiles.sort((a, b) => rank(a) - rank(b));
}

/** These are another person and oneself, in this order, and nothing that they share. */
export function isPair(tiles: readonly Tile[]): boolean {
  const areFaces = tiles.every(({ source }) => source === TrackSource.CAMERA);
  return areFaces && tiles.map(({ kind }) => kind).join() === 'remote,self';
}

function rank({ source, kind }: Tile): number {
  if (source === TrackSource.SCREEN) return 0;
  return kind === 'self' ? 2 : 1;
}

function tileOf(
  view: MeetingView,
  person: Participant,
  tracks: ReadonlyMap<string, Track>,
  source: Tile['source'],
): Tile {
  const isSelf = person.id === view.self.participantId;
  const track = tracks.get(source);
  const microphone = tracks.get(TrackSource.MICROPHONE);
  const own = view.self.published.get(source);
  const received = track === undefined ? undefined : view.received.get(track.id);
  const media = isSelf ? (own?.muted ? null : own?.media) : track?.muted ? null : received;
  return {
    key: `${person.id}/${source}`,
    participantId: person.id,
    kind: isSelf ? 'self' : 'remote',
    source,
    name: person.name,
    trackId: isSelf ? null : (track?.id ?? null),
    media: media ?? null,
    hasVideo: isSelf ? own?.media != null && !own.muted : track !== undefined && !track.muted,
    silent: isSelf ? (view.self.published.get(TrackSource.MICROPHONE)?.muted ?? true) : (microphone?.muted ?? true),
    speaking: source === TrackSource.CAMERA && view.activeSpeakers.has(person.id),
    connected: person.connected,
    quality: isToldOfEach(view.participants.size) ? person.networkQuality : undefined,
    spotlit: person.spotlight === true,
  };
}

function tracksByParticipant(tracks: Iterable<Track>): Map<string, Map<string, Track>> {
  const byParticipant = new Map<string, Map<string, Track>>();
  for (const track of tracks) {
    const bySource = byParticipant.get(track.participantId) ?? new Map<string, Track>();
    byParticipant.set(track.participantId, bySource.set(track.source, track));
  }
  return byParticipant;
}
