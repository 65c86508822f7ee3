import { TrackKind, TrackSource, type TrackWant } from '@canopy/proto/media';
import { VirtualClock } from '@canopy/runtime/clock';
import { CanopyError } from '@canopy/runtime/errors';
import { silentLogger } from '@canopy/runtime/logger';
import { expect, test } from 'vitest';
import { StageFollower } from './stage-follower.ts';

const { CAMERA } = TrackSource;
const face = {
  id: 'face',
  participantId: 'ada',
  kind: TrackKind.VIDEO,
  source: CAMERA,
  muted: false,
  originEdgeId: 'here',
};

/** An edge that makes consumers for what it did not know before, and whose first answer gets lost. */
function playing() {
  const clock = new VirtualClock();
  const made = new Set<string>();
  const ready: string[] = [];
  let answers = 0;
  const edge = {
    async subscribe(wants: readonly TrackWant[]) {
      const ids = wants.map(({ trackId }) => trackId);
      const added = ids.filter((id) => !made.has(id));
      made.clear();
      for (const id of ids) made.add(id);
      if (answers++ === 0) throw new CanopyError('TIMEOUT');
      const consumerOf = (trackId: string) => ({
        trackId,
        consumerId: `of ${trackId}`,
        kind: TrackKind.VIDEO,
        rtpParameters: undefined,
        paused: true,
      });
      return { added: added.map(consumerOf), refused: [] };
    },
    async consumersReady(consumerIds: readonly string[]) {
      ready.push(...consumerIds);
    },
  };
  const follower = new StageFollower({
    room: { meetingId: 'm', state: { tracks: [face], participants: [] } },
    kinds: new Set([TrackKind.VIDEO]),
    onlyParticipantId: undefined,
    speakers: { of: () => undefined },
    ...edge,
    clock,
    logger: silentLogger,
  });
  return { clock, ready, follower };
}

test('a player of whom an answer was lost is sent what was made then', async () => {
  const { clock, ready, follower } = playing();
  follower.look();
  await new Promise((resolve) => void setImmediate(resolve));
  expect(ready).toEqual([]);
  clock.advance(1_000);
  await new Promise((resolve) => void setImmediate(resolve));
  expect(ready).toEqual(['of face']);
});
