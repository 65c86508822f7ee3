/** Spreads people over rooms as evenly as it goes: sizes differ by one at most. The same seed, people and rooms give the same result. */
export function shuffle(
  participantIds: readonly string[],
  roomIds: readonly string[],
  seed: number,
): ReadonlyMap<string, string> {
  const random = mulberry32(seed);
  const order = [...participantIds].sort();
  for (let last = order.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [order[last], order[other]] = [order[other] as string, order[last] as string];
  }
  return new Map(
    order.flatMap((id, index) => {
      const roomId = roomIds[index % roomIds.length];
      return roomId === undefined ? [] : [[id, roomId] as const];
    }),
  );
}

/** Numbers in [0, 1) from 32 bits of state (https://gist.github.com/tommyettinger/46a874533244883189143505d203312c, public domain). */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
