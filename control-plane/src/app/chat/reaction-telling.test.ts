import type { MeetingEvent } from '@canopy/proto/signal';
import { VirtualClock } from '@canopy/runtime/clock';
import { silentLogger } from '@canopy/runtime/logger';
import { expect, it } from 'vitest';
import type { StoredMessage } from '../../core/chat/message.ts';
import { ReactionTelling } from './reaction-telling.ts';

const message: StoredMessage = {
  id: 'message',
  meetingId: 'meeting',
  sequence: 1,
  senderId: 'ada',
  senderName: 'Ada',
  scope: 'everyone',
  recipient: undefined,
  replyTo: undefined,
  text: 'Tea?',
  sentAt: 0,
  edited: false,
  deleted: false,
  reactions: [],
};

it('tells once more what another replica counted later and may have told sooner', async () => {
  let count = 1;
  const told: MeetingEvent[] = [];
  const clock = new VirtualClock();
  const telling = new ReactionTelling({
    records: { reactions: async () => new Map([[message.id, [{ emoji: '👍', count, mine: false }]]]) },
    store: {
      async tell(_meeting, events) {
        // As if the other's were there already.
        count = 2;
        told.push(...events);
        return { events: [...events] };
      },
    },
    rooms: { changed: () => {} },
    clock,
    logger: silentLogger,
  });
  telling.soon(message);
  await expect
    .poll(() => {
      clock.advance(300);
      return told.map(({ chatReactions }) => chatReactions?.reactions[0]?.count);
    })
    .toEqual([1, 2]);
});
