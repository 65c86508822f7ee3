import type { Clock } from '@canopy/runtime/clock';
import type { Consumer } from 'mediasoup-client/types';

/** The part of a receiver that tells what it plays. */
export type PlayedSources = Pick<RTCRtpReceiver, 'getSynchronizationSources'> &
  Partial<Pick<RTCRtpReceiver, 'jitterBufferTarget'>>;

/** A track as one session delivers it. */
export interface ReceivingConsumer extends Pick<Consumer, 'id' | 'track' | 'closed' | 'getStats' | 'close'> {
  readonly rtpReceiver?: PlayedSources | undefined;
}

/** When the latest frame was played, in ms of the receiver's own clock; 0 if none was. */
export function lastPlayedAt(receiver: PlayedSources | undefined): number {
  return Math.max(0, ...(receiver?.getSynchronizationSources() ?? []).map(({ timestamp }) => timestamp));
}

/** A sound from which so long nothing was heard is silent: even silence is sent twice a second. */
const quietMs = 1_000;

/** Tells, asked again and again, whether what a receiver played has been silent for a while. */
export function quietnessOf(receiver: PlayedSources | undefined, clock: Clock): () => boolean {
  let playedAt = lastPlayedAt(receiver);
  let since = clock.now();
  return () => {
    const now = clock.now();
    const last = lastPlayedAt(receiver);
    if (last !== playedAt) [playedAt, since] = [last, now];
    // Also where the clock was set back.
    return Math.abs(now - since) >= quietMs;
  };
}

const pollMs = 50;
/** After this time a consumer takes its place even if nothing came of it: what it replaces is not coming back. */
const patienceMs = 6_000;

export interface FlowOptions {
  clock: Clock;
  consumer: ReceivingConsumer;
  /** Nothing is sent, so there is nothing to wait for. */
  isMuted: () => boolean;
  signal: AbortSignal;
}

/** Resolves when a consumer delivers: its first video frame is decoded, its first audio packet is here. Also, with false, when waiting has become pointless. */
export function untilFlowing({ clock, consumer, isMuted, signal }: FlowOptions): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const look = async () => {
    if (consumer.closed || isMuted()) resolve(false);
    else if (await hasDelivered(consumer)) resolve(true);
  };
  const stops = [clock.every(pollMs, () => void look()), clock.after(patienceMs, () => resolve(false))];
  signal.addEventListener('abort', () => resolve(false), { once: true });
  void look();
  return promise.finally(() => {
    for (const stop of stops) stop();
  });
}

/** Browsers decode whether or not an element shows the track. */
async function hasDelivered(consumer: ReceivingConsumer): Promise<boolean> {
  try {
    const stats = [...(await consumer.getStats()).values()].filter(({ type }) => type === 'inbound-rtp');
    return stats.some(({ kind, framesDecoded, packetsReceived }) =>
      kind === 'video' ? framesDecoded > 0 : packetsReceived > 0,
    );
  } catch (error) {
    // It was closed meanwhile; whoever closed it knows.
    console.debug('canopy: no statistics of a consumer', error);
    return false;
  }
}
