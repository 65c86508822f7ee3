/** So many times as long as `tell` and what it set off took, it is left alone: it gets a quarter of the time. */
const restFactor = 3;
/** But no longer, ms: a machine that slept in the middle of it was not busy. */
const maxRestMs = 1_000;

/** Calls `tell` at once, and, after a rest, once more for all that it is called for meanwhile. */
export function gathered(tell: () => void, now: () => number = () => performance.now()): () => void {
  let resting = false;
  let missed = false;
  return function call() {
    missed = resting;
    if (resting) return;
    resting = true;
    const startedAt = now();
    tell();
    // What is rendered because of it is rendered by then.
    setTimeout(() => {
      setTimeout(
        () => {
          resting = false;
          if (missed) call();
        },
        Math.min((now() - startedAt) * restFactor, maxRestMs),
      );
    });
  };
}
