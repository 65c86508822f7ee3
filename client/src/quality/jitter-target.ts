/** Who takes part waits for nothing; who only watches can wait a little for smooth sound and pictures. */
export interface PlayoutSituation {
  /** This participant only watches. */
  watches: boolean;
  /** Packet jitter as it is measured, in ms; undefined while it is not known. */
  jitterMs: number | undefined;
}

/** What an audience waits at least, at most and, in between, in multiples of its jitter (about the 99th percentile of a Laplace distribution with that mean deviation). */
const audience = { leastMs: 60, mostMs: 600, perJitter: 4, stepMs: 20 };

/**
 * What to ask of `RTCRtpReceiver.jitterBufferTarget`, in ms; null leaves it to the browser, which keeps a conversation's delay as low as the network lets it.
 * In steps, so that small changes of the jitter don't change the pace of what is played.
 */
export function jitterTarget({ watches, jitterMs }: PlayoutSituation): number | null {
  if (!watches) return null;
  const wanted = Math.ceil(((jitterMs ?? 0) * audience.perJitter) / audience.stepMs) * audience.stepMs;
  return Math.min(audience.mostMs, Math.max(audience.leastMs, wanted));
}
