import { credentials } from '@grpc/grpc-js';
import { expect, it } from 'vitest';
import { StandingStill } from '../../testing/standing-still.ts';
import { EdgeMediaClients } from './edge-media-client.ts';

const restart = { meetingId: 'meeting', participantId: 'ada' };

it('waits for an edge that stands still until that is known to be dead, and asks it nothing more then', async () => {
  await using still = await StandingStill.at();
  let dead = false;
  using media = new EdgeMediaClients({
    credentials: credentials.createInsecure(),
    callTimeoutMs: 60_000,
    probeTimeoutMs: 60_000,
    addressOf: () => still.address,
    isDead: () => dead,
  });
  const underWay = media.restartIce('tokyo', restart);
  dead = true;
  media.forget('tokyo');
  await expect(underWay).rejects.toMatchObject({ code: 'EDGE_UNREACHABLE' });
  await expect(media.restartIce('tokyo', restart)).rejects.toMatchObject({ code: 'EDGE_UNREACHABLE' });
});
