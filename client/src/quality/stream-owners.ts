import type { ReceivedTrack } from '../media/remote-tracks.ts';
import type { SentTrack } from '../media/sent-encodings.ts';
import type { StreamStats } from './track-stats.ts';

/**
 * Tells the meeting's id of the track that a stream is of; undefined for layers that are not encoded, and for what only probes
 * the network. What is sent is known by its media section: Firefox does not tell its source, nor which layers are active.
 */
export function trackIdsOf(
  received: readonly Pick<ReceivedTrack, 'trackId' | 'media'>[],
  sent: readonly SentTrack[],
): (stream: StreamStats) => string | undefined {
  return ({ type, trackIdentifier, mid, rid }) => {
    if (type === 'inbound-rtp') return received.find(({ media }) => media.id === trackIdentifier)?.trackId;
    return sent.find((track) => track.mid === mid && !track.idleRids.some((idle) => idle === rid))?.trackId;
  };
}
