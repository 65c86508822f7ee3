import { setTimeout as delay } from 'node:timers/promises';
import type { MovingViewer } from './moving-viewer.ts';

const askEveryMs = 20;
/** A viewer who has no picture after this will not have one. */
const patienceMs = 12_000;

/** Waits until each viewer has a picture over a session that it has not now. Returns what tells whether one has. */
export async function untilArrivedAnew(
  viewers: readonly MovingViewer[],
  happen: () => void | Promise<void>,
): Promise<(viewer: MovingViewer) => boolean> {
  const before = new Map(viewers.map((viewer) => [viewer, viewer.sessions]));
  const arrivedAnew = (viewer: MovingViewer) =>
    viewer.sessions > (before.get(viewer) ?? 0) && viewer.firstFrameAt !== undefined;
  await happen();
  const endsAt = performance.now() + patienceMs;
  while (!viewers.every(arrivedAnew) && performance.now() < endsAt) await delay(askEveryMs);
  return arrivedAnew;
}

/** From a loss to the first frame over the new session, ms; infinite where none came. */
export function firstFrameMs(viewer: MovingViewer, lostAt: number, arrivedAnew: (viewer: MovingViewer) => boolean) {
  return arrivedAnew(viewer) ? (viewer.firstFrameAt ?? 0) - lostAt : Number.POSITIVE_INFINITY;
}
