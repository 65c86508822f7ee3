import type { Clock } from '@canopy/runtime/clock';
import type { MediaSession } from './media-session.ts';

/** Media that does not flow by then has another fault, which is dealt with elsewhere. */
const patienceMs = 5_000;

/** Resolves when media flows over a session, or that took too long. */
export async function untilConnected(session: Pick<MediaSession, 'state' | 'events'>, clock: Clock): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const look = () => {
    if (session.state === 'connected') resolve();
  };
  const stop = session.events.on('stateChanged', look);
  const cancel = clock.after(patienceMs, resolve);
  look();
  await promise;
  cancel();
  stop();
}
