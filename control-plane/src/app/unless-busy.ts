/** Does the work when it is called, unless it still does what it was called for before: a slow round is not joined by the next. */
export function unlessBusy(work: () => Promise<void>): () => Promise<void> {
  let busy = false;
  return async () => {
    if (busy) return;
    busy = true;
    try {
      await work();
    } finally {
      busy = false;
    }
  };
}
