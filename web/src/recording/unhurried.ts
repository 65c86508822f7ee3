import type { RecordingInfo } from '@canopy/client';

/** How often recordings are asked for of which none changes by itself any more: somebody may begin another one. */
const restMs = 15_000;

interface Recordings {
  recordings: readonly RecordingInfo[];
}

/** Answers from memory for a while once all recordings are ready, or failed; until then as `load` does. */
export function unhurried<T extends Recordings>(
  load: () => Promise<T>,
  now: () => number = Date.now,
): () => Promise<T> {
  let settled: { answer: T; until: number } | undefined;
  return async () => {
    if (settled !== undefined && now() < settled.until) return settled.answer;
    const answer = await load();
    settled = answer.recordings.every(isSettled) ? { answer, until: now() + restMs } : undefined;
    return answer;
  };
}

function isSettled({ status, composition }: RecordingInfo): boolean {
  return status === 'stopped' && (composition.status === 'ready' || composition.status === 'failed');
}
