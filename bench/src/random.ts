/** Numbers that look random and are the same for the same seed. */
export interface Random {
  /** Uniform, 0 (included) to 1 (excluded). */
  unit: () => number;
  /** Normally distributed with mean 0 and deviation 1 (Box and Muller, 1958). */
  normal: () => number;
  /** Whole, 0 to `count - 1`. */
  index: (count: number) => number;
}

/** Seeded by any whole number; mulberry32 (T. Ettinger, 2017; public domain). */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const unit = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    unit,
    normal: () => Math.sqrt(-2 * Math.log(1 - unit())) * Math.cos(2 * Math.PI * unit()),
    index: (count) => Math.floor(unit() * count),
  };
}
