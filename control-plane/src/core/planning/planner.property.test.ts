import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type Cascade,
  type MeshView,
  type PlanEdge,
  type PlanRequest,
  planCascade,
  repairCascade,
  validateCascade,
} from './planner.ts';
import { aRequest } from './testing/mesh.ts';
import { arbitraryMesh } from './testing/random-mesh.ts';

type Step = {
  kind: 'grow' | 'shrink' | 'lose' | 'return' | 'drain' | 'load' | 'cut' | 'mend';
  edge: number;
  load: number;
};

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    kind: fc.constantFrom('grow', 'grow', 'grow', 'shrink', 'lose', 'return', 'drain', 'load', 'cut', 'mend'),
    edge: fc.nat(),
    load: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
  { minLength: 5, maxLength: 30 },
);

/** A meeting's cascade and the mesh under it, as both change. */
class Story {
  readonly #edges: Map<string, PlanEdge>;
  readonly #originals: ReadonlyMap<string, PlanEdge>;
  readonly #mesh: MeshView;
  readonly #members = new Set<string>();
  /** Links that are lost, by the edge below. */
  readonly #cuts = new Map<string, string>();
  #current: Cascade;

  constructor(mesh: MeshView) {
    this.#originals = mesh.edges;
    this.#edges = new Map(mesh.edges);
    const isLost = (a: string, b: string) => this.#cuts.get(a) === b || this.#cuts.get(b) === a;
    this.#mesh = { ...mesh, edges: this.#edges, isLost };
    this.#current = { originId: this.#request().originId, nodes: new Map() };
  }

  take({ kind, edge: number, load }: Step): void {
    const ids = [...this.#edges.keys()];
    const id = ids[1 + (number % (ids.length - 1))] ?? '';
    const original = this.#originals.get(id);
    const now = this.#edges.get(id);
    if (original === undefined || now === undefined) throw new Error(`no edge ${id}`);
    if (kind === 'grow') this.#members.add(id);
    if (kind === 'shrink') this.#members.delete(id);
    if (kind === 'return') this.#edges.set(id, original);
    if (kind === 'drain') this.#edges.set(id, { ...now, maxFanOut: 0 });
    if (kind === 'load') this.#edges.set(id, { ...now, load });
    if (kind === 'mend') this.#cuts.delete(id);
    if (kind === 'lose') this.#lose(id, now);
    else if (kind === 'cut') this.#cut(id);
    else this.#replan();
  }

  #request(): PlanRequest {
    return aRequest(this.#mesh, { memberIds: [...this.#members] });
  }

  #replan(): void {
    const request = { ...this.#request(), current: this.#current };
    const { cascade, unreached } = planCascade(request);
    this.#check(cascade, unreached);
    const again = planCascade({ ...request, current: cascade });
    expect(parentsOf(again.cascade), 'nothing changes where nothing happened').toEqual(parentsOf(cascade));
    this.#current = cascade;
  }

  #cut(id: string): void {
    const parentId = this.#current.nodes.get(id)?.parentId;
    if (parentId === undefined) return;
    this.#cuts.set(id, parentId);
    const request = { ...this.#request(), current: this.#current };
    const { cascade, unreached } = repairCascade({ ...request, lost: new Set() });
    this.#check(cascade, unreached);
    this.#current = cascade;
  }

  #lose(id: string, edge: PlanEdge): void {
    this.#edges.set(id, { ...edge, usable: false });
    this.#members.delete(id);
    const request = { ...this.#request(), current: this.#current };
    const { cascade, unreached } = repairCascade({ ...request, lost: new Set([id]) });
    this.#check(cascade, unreached);
    this.#current = cascade;
  }

  #check(cascade: Cascade, unreached: readonly { edgeId: string }[]): void {
    const excused = new Set(unreached.map(({ edgeId }) => edgeId));
    const violations = validateCascade(cascade, { ...this.#request(), current: this.#current });
    expect(violations.filter(({ rule, edgeId }) => rule !== 'missing-member' || !excused.has(edgeId))).toEqual([]);
    for (const { edgeId, backupParentId, parentId } of cascade.nodes.values()) {
      expect(backupParentId).not.toBe(parentId);
      expect(backupParentId).not.toBe(edgeId);
    }
  }
}

function parentsOf(cascade: Cascade): Record<string, string> {
  return Object.fromEntries([...cascade.nodes].map(([id, node]) => [id, node.parentId]));
}

const cases = [
  { title: 'one edge per region', mesh: arbitraryMesh({ edges: { min: 2, max: 9 } }) },
  {
    title: 'several edges per region with limits',
    mesh: arbitraryMesh({
      edges: { min: 13, max: 30 },
      sharedRegions: true,
      maxFanOut: fc.integer({ min: 3, max: 30 }),
    }),
  },
];

test.each(cases)(
  'every invariant holds as edges join, leave, die, drain and fill up, and links are lost: $title',
  ({ mesh }) => {
    fc.assert(
      fc.property(mesh, steps, (mesh, steps) => {
        const story = new Story(mesh);
        for (const step of steps) story.take(step);
      }),
      { numRuns: 100, seed: 11 },
    );
  },
);

test('a repair moves only the children of what was lost', () => {
  const mesh = arbitraryMesh({ edges: { min: 3, max: 30 }, sharedRegions: true });
  fc.assert(
    fc.property(mesh, fc.nat(), (mesh, number) => {
      const request = aRequest(mesh);
      const { cascade: current } = planCascade(request);
      const ids = [...current.nodes.keys()];
      const lostId = ids[number % ids.length] ?? '';
      const memberIds = request.memberIds.filter((id) => id !== lostId);
      const repaired = repairCascade({ ...request, memberIds, current, lost: new Set([lostId]) });
      expect(repaired.unreached).toEqual([]);
      for (const [edgeId, { parentId }] of current.nodes)
        if (edgeId !== lostId && parentId !== lostId)
          expect(repaired.cascade.nodes.get(edgeId)?.parentId).toBe(parentId);
    }),
    { numRuns: 200, seed: 5 },
  );
});

test('a link that was lost is led around, and only who hung on it moves', () => {
  const mesh = arbitraryMesh({ edges: { min: 3, max: 30 }, sharedRegions: true });
  fc.assert(
    fc.property(mesh, fc.nat(), (mesh, number) => {
      const request = aRequest(mesh);
      const { cascade: current } = planCascade(request);
      const nodes = [...current.nodes.values()];
      const cut = nodes[number % nodes.length];
      const isLost = (a: string, b: string) => [cut?.edgeId, cut?.parentId].every((id) => id === a || id === b);
      const after = { ...request, mesh: { ...mesh, isLost }, current };
      const { cascade, unreached } = repairCascade({ ...after, lost: new Set() });
      expect(unreached).toEqual([]);
      expect(validateCascade(cascade, after)).toEqual([]);
      // Below the origin only those that hang on it may be left to lead there.
      const isAlone = cut?.parentId !== request.originId || nodes.every(({ parentId }) => parentId !== cut.edgeId);
      for (const { edgeId, parentId } of nodes)
        if (isAlone && edgeId !== cut?.edgeId) expect(cascade.nodes.get(edgeId)?.parentId).toBe(parentId);
      expect(cascade.nodes.get(cut?.edgeId ?? '')?.parentId).not.toBe(cut?.parentId);
    }),
    { numRuns: 200, seed: 7 },
  );
});

test('the same request always gives the same plan', () => {
  const mesh = arbitraryMesh({ edges: { min: 2, max: 30 }, sharedRegions: true });
  fc.assert(
    fc.property(mesh, (mesh) => {
      const shuffled = { ...mesh, edges: new Map([...mesh.edges].reverse()) };
      const request = aRequest(mesh);
      const other = { ...request, mesh: shuffled, memberIds: [...request.memberIds].reverse() };
      expect(parentsOf(planCascade(other).cascade)).toEqual(parentsOf(planCascade(request).cascade));
    }),
    { numRuns: 100, seed: 3 },
  );
});
