import { TrackKind, TrackSource, type TrackWant } from '@canopy/proto/media';
import { priorityOf } from '@canopy/proto/priority';
import type { Track } from '@canopy/proto/signal';
import { heard } from '@canopy/proto/wants';
import type { ShownBox } from './visible-sizes.ts';

/** As many videos as a meeting shows at once. */
const maxVideos = 25;
/** Sizes are rounded up to this many pixels, so that a window being dragged doesn't ask anew with every frame. */
const sizeStep = 32;
/** What saving bandwidth leaves of a picture's sides: a fourth of its pixels. */
const savingScale = 0.5;
/** Text must stay legible: of a screen more is asked for than the pixels it has here. */
const screenScale = 1.5;

/** How to spare the network. */
export interface Thrift {
  /** No pictures. */
  audioOnly?: boolean;
  /** Faces smaller than there is room for; text stays as it is. */
  savesBandwidth?: boolean;
}

/**
 * What to receive, for `setSubscriptions`: everybody's audio (in a large meeting of those who are not muted), and the videos that are visible at the size they have on the screen: the one in a window above all others first, then the largest.
 *
 * @param selfId this participant, who receives nothing of their own
 * @param shown size of each visible video in device pixels, by track id
 */
export function wantsFor(
  tracks: Iterable<Track>,
  selfId: string,
  shown: ReadonlyMap<string, ShownBox>,
  thrift: Thrift = {},
): TrackWant[] {
  const remote = [...tracks].filter(({ participantId }) => participantId !== selfId);
  const audio = heard(remote.filter(({ kind }) => kind === TrackKind.AUDIO)).map((track) => ({
    trackId: track.id,
    width: 0,
    height: 0,
    priority: priorityOf(track),
  }));
  const video = remote.flatMap((track) => {
    const box = shown.get(track.id);
    if (thrift.audioOnly || track.kind !== TrackKind.VIDEO || box === undefined) return [];
    const scale = track.source === TrackSource.SCREEN ? screenScale : thrift.savesBandwidth ? savingScale : 1;
    const size = { width: stepUp(box.width * scale), height: stepUp(box.height * scale) };
    return [{ trackId: track.id, ...size, priority: priorityOf(track) }];
  });
  const above = video.filter(({ trackId }) => shown.get(trackId)?.above);
  const others = video.filter((want) => !above.includes(want));
  return [...audio, ...[...above, ...largestFirst(others)].slice(0, maxVideos)];
}

function largestFirst(wants: TrackWant[]): TrackWant[] {
  return wants.sort((a, b) => b.width * b.height - a.width * a.height);
}

function stepUp(pixels: number): number {
  return Math.ceil(pixels / sizeStep) * sizeStep;
}
