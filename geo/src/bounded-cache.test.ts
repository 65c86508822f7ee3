import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BoundedCache } from './bounded-cache.ts';

describe('BoundedCache', () => {
  it('keeps what is asked for and forgets what is not', () => {
    const cache = new BoundedCache<string, number>(2);
    cache.set('kept', 0);
    cache.set('forgotten', 0);
    for (let index = 1; index <= 10; index++) {
      cache.set(`other ${index}`, index);
      expect(cache.get('kept')).toBe(0);
    }
    expect(cache.get('forgotten')).toBeUndefined();
  });

  it('never holds more than two generations, and never a wrong value', () => {
    const operations = fc.array(fc.record({ key: fc.nat(30), write: fc.boolean() }), { maxLength: 300 });
    fc.assert(
      fc.property(operations, fc.integer({ min: 1, max: 8 }), (steps, generationSize) => {
        const cache = new BoundedCache<number, string>(generationSize);
        for (const { key, write } of steps) {
          if (write) cache.set(key, `value ${key}`);
          expect([undefined, `value ${key}`]).toContain(cache.get(key));
          expect(cache.size).toBeLessThanOrEqual(2 * generationSize);
        }
      }),
    );
  });
});
