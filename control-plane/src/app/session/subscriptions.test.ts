import { CanopyError } from '@canopy/runtime/errors';
import { expect, it } from 'vitest';
import { liveRoom, liveSession, silentMember } from '../../testing/live-session.ts';
import { Connected } from './connected.ts';
import { Subscriptions } from './subscriptions.ts';

const position = { generation: 'g', sequence: 0 };
const want = (trackId: string) => ({ trackId, width: 0, height: 0, priority: 255 });

it('what an edge refuses as a whole is not asked of the next one when the participant moves', async () => {
  let refuses = false;
  const subscriptions = new Subscriptions({
    planning: {
      ensure: async (meetingId) => ({ meetingId, epoch: 1, cascades: new Map(), unreached: [], backup: 'none' }),
      table: ({ meetingId, epoch }, edgeId) => ({ meetingId, edgeId, epoch, routes: [], backupParents: [] }),
    },
    media: {
      async setSubscriptions() {
        if (refuses) throw new CanopyError('INVALID_MEDIA_PARAMETERS');
        return { added: [], removedConsumerIds: [], refused: [] };
      },
      resumeConsumers: async () => {},
    },
  });
  const session = liveSession('p');
  const room = liveRoom('m', []);
  const connected = new Connected(room, room.enter(session.connectionId, silentMember), session, position);
  await subscriptions.subscribe(connected, [want('taken')]);
  refuses = true;
  const asking = subscriptions.subscribe(connected, [want('taken'), want('refused')]);
  await expect(asking).rejects.toMatchObject({ code: 'INVALID_MEDIA_PARAMETERS' });
  expect(session.wants).toEqual([want('taken')]);
});
