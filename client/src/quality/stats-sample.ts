import type { LinkSample } from './link-quality.ts';
import { growth, lossBetween, receivedStats, type StreamStats, sentStats, type TrackStats } from './track-stats.ts';

/** The statistics of both directions at one moment, by id. */
export type StatsById = ReadonlyMap<string, StreamStats>;

/** What two reports in a row say. */
export interface StatsSample {
  link: LinkSample;
  tracks: TrackStats[];
  /** Tracks of which a picture has arrived. */
  seen: ReadonlySet<string>;
}

/**
 * Reads two reports, the later one first.
 *
 * @param trackIdOf the meeting's id of the track that a stream is of; undefined for a stream that is to be passed over
 * @param lowered tracks that the edge says are sent smaller than asked for
 */
export function readStats(
  now: StatsById,
  before: StatsById,
  trackIdOf: (stream: StreamStats) => string | undefined,
  lowered: ReadonlySet<string>,
): StatsSample {
  const all = [...now.values()];
  const tracks: TrackStats[] = [];
  const seen = new Set<string>();
  const losses = { up: [] as number[], down: { lost: 0, packets: 0 } };
  const limits = new Set<unknown>();
  for (const stream of all) {
    const codec = codecOf(stream, now);
    if (stream.type === 'inbound-rtp') {
      const trackId = trackIdOf(stream);
      if (trackId === undefined) continue;
      const earlier = before.get(stream.id);
      tracks.push({ ...receivedStats(trackId, stream, earlier, codec), lowered: lowered.has(trackId) });
      if (Number(stream.framesDecoded ?? 0) > 0) seen.add(trackId);
      const packets = (growth('packetsReceived', stream, earlier) ?? 0) + (growth('packetsLost', stream, earlier) ?? 0);
      losses.down.packets += packets;
      losses.down.lost += (lossBetween(stream, earlier) ?? 0) * packets;
    } else if (stream.type === 'outbound-rtp') {
      const trackId = trackIdOf(stream);
      if (trackId === undefined) continue;
      const remote = now.get(String(stream.remoteId));
      tracks.push(sentStats(trackId, stream, before.get(stream.id), remote, codec));
      if (typeof remote?.fractionLost === 'number') losses.up.push(remote.fractionLost);
      limits.add(stream.qualityLimitationReason);
    }
  }
  const { lost, packets } = losses.down;
  return {
    tracks,
    seen,
    link: {
      rttMs: roundTripMs(all),
      uploadLoss: losses.up.length === 0 ? undefined : Math.max(...losses.up),
      uploadLimitedBy: limits.has('bandwidth') ? 'bandwidth' : limits.has('cpu') ? 'cpu' : undefined,
      downloadLoss: packets > 0 ? lost / packets : undefined,
      jitterMs: mostOf(
        tracks.filter(({ direction, kind }) => direction === 'received' && kind === 'audio').map((t) => t.jitterMs),
      ),
      picturesLowered: tracks.some((track) => track.lowered),
      frozen: mostOf(tracks.map((track) => track.frozen)),
    },
  };
}

function codecOf(stream: StreamStats, all: StatsById): string | undefined {
  const mimeType = all.get(String(stream.codecId))?.mimeType;
  return typeof mimeType === 'string' ? mimeType.split('/')[1] : undefined;
}

/** Of the paths in use, the longer one. */
function roundTripMs(all: readonly StreamStats[]): number | undefined {
  const pairs = all.filter(({ type, nominated }) => type === 'candidate-pair' && nominated === true);
  const seconds = mostOf(pairs.map(({ currentRoundTripTime: rtt }) => (typeof rtt === 'number' ? rtt : undefined)));
  return seconds === undefined ? undefined : seconds * 1_000;
}

function mostOf(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}
