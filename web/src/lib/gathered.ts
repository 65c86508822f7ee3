/** Calls `tell` at once, and once more after `withinMs` for all that it is called for meanwhile. */
export function gathered(tell: () => void, withinMs: number): () => void {
  let resting = false;
  let missed = false;
  return function call() {
    missed = resting;
    if (resting) return;
    resting = true;
    setTimeout(() => {
      resting = false;
      if (missed) call();
    }, withinMs);
    tell();
  };
}
