import type { TrackWant } from '@canopy/proto/media';
import type { Subscribed } from '@canopy/proto/signal';
import { VirtualClock } from '@canopy/runtime/clock';
import type { CanopyError } from '@canopy/runtime/errors';
import { Subscriptions } from '../subscriptions.ts';

/** A track that is wanted in a tile of that width, px. */
export function want(trackId: string, width = 320): TrackWant {
  return { trackId, width, height: (width * 9) / 16, priority: 100 };
}

const nothingNew: Subscribed = { added: [], removedConsumerIds: [], refused: [] };

/** Subscriptions at a server that answers when told to, and what it was asked. */
export function subscribing() {
  const clock = new VirtualClock();
  const known = new Set<string>();
  const requests: { wants: string[]; sizes: number[]; at: number }[] = [];
  const exact: TrackWant[][] = [];
  const open: { answer(subscribed?: Partial<Subscribed>): Promise<void>; fail(error: CanopyError): Promise<void> }[] =
    [];
  const subscriptions = new Subscriptions({
    clock,
    random: () => 0.5,
    has: (trackId) => known.has(trackId),
    onAnswer: ({ added }) => {
      for (const { trackId } of added) known.add(trackId);
    },
    subscribe: (wants) => {
      exact.push(wants);
      requests.push({
        wants: wants.map(({ trackId }) => trackId),
        sizes: wants.map(({ width }) => width),
        at: clock.now(),
      });
      return new Promise((resolve, reject) => {
        open.push({
          answer: async (subscribed = {}) => {
            resolve({ ...nothingNew, ...subscribed });
            await settled();
          },
          fail: async (error) => {
            reject(error);
            await settled();
          },
        });
      });
    },
  });
  return { clock, known, requests, exact, subscriptions, last: () => open.at(-1) };
}

/** Lets everything that waits for an answer run. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await Promise.resolve();
}
