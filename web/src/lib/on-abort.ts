/** Calls `react` once the signal aborts; at once where it has. */
export function onAbort(signal: AbortSignal, react: () => void): void {
  if (signal.aborted) react();
  else signal.addEventListener('abort', react, { once: true });
}

/** Rejects with the signal's reason once it has one. */
export function aborted(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  onAbort(signal, () => reject(signal.reason));
  return promise;
}
