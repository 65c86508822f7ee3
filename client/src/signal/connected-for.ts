import type { Clock } from '@canopy/runtime/clock';
import type { SignalConnection } from './signal-connection.ts';

/** Resolves when the server has been within reach for so long without a break, or all is over. */
export function connectedFor(
  connection: Pick<SignalConnection, 'state'> & { readonly events: Pick<SignalConnection['events'], 'on'> },
  ms: number,
  clock: Clock,
): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let cancel = () => {};
  const look = () => {
    cancel();
    const { state } = connection;
    if (state === 'closed' || (state === 'connected' && ms === 0)) resolve();
    else if (state === 'connected') cancel = clock.after(ms, resolve);
  };
  const stop = connection.events.on('stateChanged', look);
  look();
  return promise.finally(stop);
}
