import { type MeetingView, type Participant, Role, type Track, TrackSource } from '@canopy/client';
import { expect, test } from 'vitest';
import { failingOf } from './failing.ts';

function viewOf(
  sending: Record<string, { muted?: boolean }>,
): Pick<MeetingView, 'participants' | 'tracks' | 'received'> {
  const ids = Object.keys(sending);
  const participants = ids.map((id) => [id, { id, name: id, role: Role.PANELIST } as Participant] as const);
  const tracks = ids.map((id) => {
    const track = { id: `${id}-camera`, participantId: id, source: TrackSource.CAMERA, muted: sending[id]?.muted };
    return [track.id, track as Track] as const;
  });
  const received = tracks.map(([id]) => [id, {} as MediaStreamTrack] as const);
  return { participants: new Map(participants), tracks: new Map(tracks), received: new Map(received) };
}

test('one of two who send with another key is named, and the other one arrives', () => {
  const { people, othersArrive } = failingOf(viewOf({ ida: {}, zoe: {} }), ['zoe-camera']);
  expect(people.map(({ id }) => id)).toEqual(['zoe']);
  expect(othersArrive).toBe(true);
});

test('nothing arrives where everybody fails who sends something', () => {
  const { othersArrive } = failingOf(viewOf({ ida: { muted: true }, zoe: {} }), ['zoe-camera']);
  expect(othersArrive).toBe(false);
});

test('nobody is named for a track that is gone', () => {
  expect(failingOf(viewOf({ ida: {} }), ['gone']).people).toEqual([]);
});
