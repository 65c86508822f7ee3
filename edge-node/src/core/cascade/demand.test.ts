import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Demand } from './demand.ts';

test('demand is what was added and not yet taken back, and never negative', () => {
  const steps = fc.array(fc.record({ worker: fc.nat(3), takeBack: fc.boolean(), which: fc.nat() }));
  fc.assert(
    fc.property(steps, (actions) => {
      const demand = new Demand();
      const held = new Map<() => void, number>();
      const everHeld: (() => void)[] = [];
      for (const { worker, takeBack, which } of actions) {
        const release = everHeld[which % Math.max(1, everHeld.length)];
        if (takeBack && release !== undefined) {
          release();
          held.delete(release);
        } else {
          const added = demand.add(worker);
          held.set(added, worker);
          everHeld.push(added);
        }
        expect(demand.total).toBe(held.size);
        for (let index = 0; index < 4; index++) {
          expect(demand.on(index)).toBe([...held.values()].filter((holder) => holder === index).length);
        }
      }
    }),
  );
});
