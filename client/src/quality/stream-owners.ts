import type { ReceivedTrack } from '../media/remote-tracks.ts';
import type { SentTrack } from '../media/sent-encodings.ts';
import type { StatsById } from './stats-sample.ts';
import type { StreamStats } from './track-stats.ts';

/**
 * Tells the meeting's id of the track that a stream of these statistics is of; undefined for layers that are not encoded, for
 * what is switched off, whose numbers stay as they were, and for what only probes the network. What is sent is known by its media section, as Firefox does not tell its source, nor which
 * layers are active; by its source in a browser that does not tell the section.
 */
export function trackIdsOf(
  stats: StatsById,
  received: readonly Pick<ReceivedTrack, 'trackId' | 'media'>[],
  sent: readonly SentTrack[],
): (stream: StreamStats) => string | undefined {
  const flowing = sent.filter(({ mediaId }) => mediaId !== undefined);
  return ({ type, trackIdentifier, mid, mediaSourceId, rid }) => {
    if (type === 'inbound-rtp') return received.find(({ media }) => media.id === trackIdentifier)?.trackId;
    const source = stats.get(String(mediaSourceId))?.trackIdentifier;
    const owner = flowing.find((track) => (mid !== undefined ? track.mid === mid : track.mediaId === source));
    return owner?.idleRids.some((idle) => idle === rid) ? undefined : owner?.trackId;
  };
}
