import { TrackKind, TrackSource } from '@canopy/proto/media';
import { Role, type Track } from '@canopy/proto/signal';
import { expect, test } from 'vitest';
import { emptyState } from '../../core/meeting/state.ts';
import { liveSession } from '../../testing/live-session.ts';
import { recordOf } from '../session/live-session.ts';
import { restorableOf } from './restorable.ts';

const elsewhere = { id: 'eve', name: 'Eve', role: Role.PANELIST, edgeId: 'far', region: 'r', connected: true };

function camera(id: string, participantId: string): Track {
  return { id, participantId, kind: TrackKind.VIDEO, source: TrackSource.CAMERA, muted: false, originEdgeId: 'e' };
}

test('everybody on stage is put back with tracks and hand, and with a connection who has it here', () => {
  const here = liveSession('ada', { connectionId: 'c', resumeHash: 'hash' });
  const state = {
    ...emptyState,
    participants: [recordOf(here), elsewhere],
    tracks: [camera('ada’s', 'ada'), camera('eve’s', 'eve')],
    hands: [
      { participantId: 'eve', name: 'Eve', raisedAt: 1 },
      { participantId: 'ada', name: 'ada', raisedAt: 2 },
    ],
  };
  expect(restorableOf(state, [here])).toEqual([
    { participant: elsewhere, tracks: [camera('eve’s', 'eve')], handPlace: 1 },
    {
      participant: recordOf(here),
      tracks: [camera('ada’s', 'ada')],
      handPlace: 2,
      held: { session: here.media, connection: { id: 'c', resumeHash: 'hash' } },
    },
  ]);
});

test('who is connected here is put back as it is known here, with what the state alone knows', () => {
  const here = liveSession('ada', { name: 'Ada (Acme)' });
  const participants = [{ ...recordOf(here), name: 'Ada', spotlight: true }];
  const [restored] = restorableOf({ ...emptyState, participants }, [here]);
  expect(restored?.participant).toMatchObject({ name: 'Ada (Acme)', spotlight: true });
});

test('who is counted is put back where they are connected, and as such', () => {
  const here = liveSession('ann', { role: 'attendee' });
  const restored = restorableOf({ ...emptyState, attendeeCount: 2 }, [here]);
  expect(restored).toMatchObject([{ participant: { id: 'ann' }, counted: true, tracks: [], handPlace: undefined }]);
});
