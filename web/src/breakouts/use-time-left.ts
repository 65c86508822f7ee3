import { useSyncExternalStore } from 'react';

/** What the time that is left says, in ms, `Infinity` without an end: only another answer draws anew. */
export function useTimeLeft<Answer extends string | boolean>(
  closesAt: number | null,
  answer: (leftMs: number) => Answer,
): Answer {
  return useSyncExternalStore(closesAt === null ? never : often, () =>
    answer(closesAt === null ? Number.POSITIVE_INFINITY : closesAt - Date.now()),
  );
}

function often(look: () => void): () => void {
  const timer = setInterval(look, 250);
  return () => clearInterval(timer);
}

function never(): () => void {
  return () => {};
}
