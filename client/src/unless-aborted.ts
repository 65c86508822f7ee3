/** What `work` gives; or rejects with the signal's reason as soon as there is one. */
export async function unlessAborted<T>(signal: AbortSignal | undefined, work: Promise<T>): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal?.reason);
  signal?.addEventListener('abort', abort);
  if (signal?.aborted) abort();
  return Promise.race([aborted, work]).finally(() => signal?.removeEventListener('abort', abort));
}
