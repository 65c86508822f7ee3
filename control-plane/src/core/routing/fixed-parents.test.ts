import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pruned, viaCycle, withFixedParents } from './fixed-parents.ts';

const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
const anyId = fc.constantFrom(...ids);

/** Does every walk upwards end at the origin? */
function isTree(originId: string, parents: ReadonlyMap<string, string>): boolean {
  return [...parents.keys()].every((start) => {
    const seen = new Set<string>();
    let at: string | undefined = start;
    while (at !== undefined && at !== originId && !seen.has(at)) {
      seen.add(at);
      at = parents.get(at);
    }
    return at === originId;
  });
}

/** A random tree: everybody hangs on somebody who came before. */
const anyTree = fc
  .tuple(fc.shuffledSubarray(ids, { minLength: 1 }), fc.array(fc.nat(), { minLength: 6, maxLength: 6 }))
  .map(([order, picks]) => {
    const parents = new Map<string, string>();
    for (let index = 1; index < order.length; index++) {
      parents.set(order[index] ?? '', order[(picks[index] ?? 0) % index] ?? '');
    }
    return { originId: order[0] ?? 'a', parents };
  });

describe('fixed parents', () => {
  it('leave a tree that contains every member, whatever is fixed', () => {
    fc.assert(
      fc.property(anyTree, fc.dictionary(anyId, anyId), ({ originId, parents }, via) => {
        fc.pre(viaCycle(via) === undefined);
        const result = withFixedParents(originId, parents, via, new Set(ids));
        expect(isTree(originId, result)).toBe(true);
        for (const memberId of parents.keys()) expect(result.has(memberId)).toBe(true);
        for (const [edgeId, parentId] of Object.entries(via)) {
          if (edgeId !== originId && result.has(edgeId)) expect(result.get(edgeId)).toBe(parentId);
        }
      }),
    );
  });

  it('put a relay into the way, and drop relays that feed nobody', () => {
    const star = new Map([
      ['b', 'a'],
      ['c', 'a'],
    ]);
    const fixed = withFixedParents('a', star, { c: 'r', r: 'a' }, new Set(['a', 'b', 'c', 'r']));
    expect(Object.fromEntries(fixed)).toEqual({ b: 'a', c: 'r', r: 'a' });
    expect(Object.fromEntries(pruned('a', fixed, ['b']))).toEqual({ b: 'a' });
  });

  it('are ignored where they name an edge that can not be used', () => {
    const fixed = withFixedParents('a', new Map([['c', 'a']]), { c: 'gone' }, new Set(['a', 'c']));
    expect(Object.fromEntries(fixed)).toEqual({ c: 'a' });
  });
});
