import { KeyedQueue } from './keyed-queue.ts';

/**
 * The same function for many who ask for the same at once: whoever asks while it is being read is answered by the next
 * reading, together with all others who do. So nobody gets what is older than the question. What it returns must never be changed.
 */
export function readTogether<T>(read: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const queue = new KeyedQueue();
  const next = new Map<string, Promise<T>>();
  return (key) => {
    const known = next.get(key);
    if (known !== undefined) return known;
    const reading = queue.run(key, () => {
      next.delete(key);
      return read(key);
    });
    next.set(key, reading);
    return reading;
  };
}
