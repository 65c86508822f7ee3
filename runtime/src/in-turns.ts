/** Does something with each item, at most so many at a time, in order. Rejects with the first error. */
export async function inTurns<T>(
  items: readonly T[],
  mostAtOnce: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const waiting = items.values();
  const worker = async () => {
    for (const item of waiting) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(mostAtOnce, items.length) }, worker));
}
