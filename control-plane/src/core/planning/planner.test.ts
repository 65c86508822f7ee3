import { describe, expect, test } from 'vitest';
import { defaultPlanPolicy, pathTo, planCascade, repairCascade, secondWayOf } from './planner.ts';
import { aMesh, aRequest } from './testing/mesh.ts';

const parentOf = (result: ReturnType<typeof planCascade>, id: string) => result.cascade.nodes.get(id)?.parentId;
const numbered = (region: string, count: number) => Array.from({ length: count }, (_, index) => `${region}/${index}`);

describe('choosing parents', () => {
  test('takes the origin itself where nothing is cheaper', () => {
    const result = planCascade(aRequest(aMesh({ edges: ['eu', 'us', 'sa'] })));
    expect(parentOf(result, 'us')).toBe('eu');
    expect(result.cascade.nodes.get('us')?.reason).toBe('origin-direct');
    expect(result.costUsdPerGb).toBeCloseTo(0.04);
  });

  test('goes through a cheap region that lies on the way', () => {
    const mesh = aMesh({
      edges: ['sa', 'us', 'eu'],
      prices: { sa: 0.138 },
      rtts: { 'sa us': 110, 'us eu': 80, 'sa eu': 190 },
    });
    const result = planCascade(aRequest(mesh));
    expect(pathTo(result.cascade, 'eu')).toEqual(['us', 'eu']);
    expect(result.cascade.nodes.get('eu')?.reason).toBe('cheaper-through-relay');
  });

  test('does not save money with a path beyond its latency bound', () => {
    const mesh = aMesh({
      edges: ['sa', 'us', 'eu'],
      prices: { sa: 0.138 },
      rtts: { 'sa us': 110, 'us eu': 80, 'sa eu': 100 },
    });
    expect(parentOf(planCascade(aRequest(mesh)), 'eu')).toBe('sa');
  });

  test('uses an edge without demand as a relay if that pays', () => {
    const mesh = aMesh({
      edges: ['sa', 'us', 'eu', 'uk'],
      prices: { sa: 0.138 },
      rtts: { 'sa us': 110, 'us eu': 80, 'us uk': 80, 'sa eu': 190, 'sa uk': 190 },
    });
    const result = planCascade(aRequest(mesh, { memberIds: ['eu', 'uk'] }));
    expect(result.cascade.nodes.get('us')).toMatchObject({ relay: true, parentId: 'sa' });
    expect(result.costUsdPerGb).toBeCloseTo(0.138 + 0.04);
  });

  test('avoids a link that loses packets', () => {
    const mesh = aMesh({
      edges: ['eu', 'uk', 'us'],
      rtts: { 'eu us': 90, 'eu uk': 15, 'uk us': 77 },
      losses: { 'eu us': 0.05 },
    });
    const result = planCascade(aRequest(mesh));
    expect(parentOf(result, 'us')).toBe('uk');
    expect(result.cascade.nodes.get('us')?.reason).toBe('faster-through-relay');
  });

  test('gives an overloaded edge fewer children', () => {
    const spec = (load: number) => ({
      edges: ['sa', { id: 'us', maxFanOut: 4, load }, 'a', 'b', 'c', 'd'],
      prices: { sa: 0.138 },
      rtts: { 'sa us': 10 },
    });
    const children = (load: number) =>
      [...planCascade(aRequest(aMesh(spec(load)))).cascade.nodes.values()].filter((node) => node.parentId === 'us')
        .length;
    expect(children(0.1)).toBe(4);
    expect(children(0.85)).toBe(2);
    expect(children(1)).toBe(0);
  });

  test('never uses an edge that is not usable, and says which members that leaves out', () => {
    const result = planCascade(aRequest(aMesh({ edges: ['eu', { id: 'us', usable: false }] })));
    expect(result.cascade.nodes.size).toBe(0);
    expect(result.unreached).toEqual([{ edgeId: 'us', because: 'the edge cannot be used' }]);
  });

  test('keeps an edge that drains as a leaf', () => {
    const mesh = aMesh({
      edges: ['sa', { id: 'us', maxFanOut: 0 }, 'eu'],
      prices: { sa: 0.138 },
      rtts: { 'sa us': 1 },
    });
    const result = planCascade(aRequest(mesh));
    expect(parentOf(result, 'us')).toBe('sa');
    expect(parentOf(result, 'eu')).toBe('sa');
  });

  test('gives an edge no children that its network has no room for, though its fan-out has, and takes none away', () => {
    const spec = { prices: { sa: 0.138 }, rtts: { 'sa us': 1 } };
    const full = aMesh({ edges: ['sa', { id: 'us', spareCopies: 0 }, 'eu', 'ca'], ...spec });
    expect(parentOf(planCascade(aRequest(full)), 'eu')).toBe('sa');
    const calm = aMesh({ edges: ['sa', 'us', 'eu', 'ca'], ...spec });
    const { cascade: current } = planCascade(aRequest(calm, { memberIds: ['us', 'eu'] }));
    expect(current.nodes.get('eu')?.parentId).toBe('us');
    const grown = planCascade({ ...aRequest(full), current });
    expect([parentOf(grown, 'eu'), parentOf(grown, 'ca')]).toEqual(['us', 'sa']);
  });

  test('reaches everybody over edges whose networks are full if there are no others', () => {
    const full = ['a', 'b', 'c', 'd'].map((id) => ({ id, spareCopies: 0, maxFanOut: 2 }));
    expect(planCascade(aRequest(aMesh({ edges: full }))).unreached).toEqual([]);
  });

  test('reaches everybody over edges at full load if there are no others', () => {
    const busy = ['a', 'b', 'c', 'd'].map((id) => ({ id, load: 1.2, maxFanOut: 2 }));
    expect(planCascade(aRequest(aMesh({ edges: busy }))).unreached).toEqual([]);
  });

  test('lets an origin that drains send to one edge, which sends to the others', () => {
    const mesh = aMesh({ edges: [{ id: 'o', maxFanOut: 0 }, 'a', 'b'], rtts: { 'o a': 10, 'a b': 90 } });
    const result = planCascade(aRequest(mesh));
    expect(pathTo(result.cascade, 'b')).toEqual(['a', 'b']);
  });

  test('names the members that fan-out and depth leave no place for', () => {
    const mesh = aMesh({ edges: ['a', 'b', 'c', 'd'].map((id) => ({ id, maxFanOut: 1 })) });
    const result = planCascade(aRequest(mesh, { policy: { ...defaultPlanPolicy, maxDepth: 2 } }));
    expect(result.cascade.nodes.size).toBe(2);
    expect(result.unreached).toHaveLength(1);
  });

  test('reaches a member late rather than not at all', () => {
    const mesh = aMesh({ edges: [{ id: 'a', maxFanOut: 1 }, 'b', 'c'], rtts: { 'a b': 20, 'a c': 20, 'b c': 200 } });
    const result = planCascade(aRequest(mesh));
    expect(result.unreached).toEqual([]);
    expect([...result.cascade.nodes.values()].filter((node) => node.reason === 'only-way')).toHaveLength(1);
  });
});

describe('several edges of one region', () => {
  const mesh = aMesh({ edges: [...numbered('eu', 10), ...numbered('us', 10), ...numbered('ap', 10)] });

  test('get one copy between them, over one gateway', () => {
    const { cascade } = planCascade(aRequest(mesh));
    const crossings = [...cascade.nodes.values()].filter(
      ({ edgeId, parentId }) => edgeId.slice(0, 2) !== parentId.slice(0, 2),
    );
    expect(crossings.map(({ edgeId }) => edgeId.slice(0, 2)).sort()).toEqual(['ap', 'us']);
    expect(cascade.nodes.get('us/5')?.reason).toBe('region-gateway');
  });

  test('hang in levels where the gateway cannot serve them all', () => {
    const limited = aMesh({ edges: [...numbered('eu', 2), ...numbered('us', 20)].map((id) => ({ id, maxFanOut: 5 })) });
    const { cascade, unreached } = planCascade(aRequest(limited));
    expect(unreached).toEqual([]);
    expect([...cascade.nodes.values()].filter(({ depth }) => depth === 3).length).toBeGreaterThan(0);
    expect(
      [...cascade.nodes.values()].filter((node) => node.edgeId.startsWith('us') && node.parentId.startsWith('eu')),
    ).toHaveLength(1);
  });

  test('keep their gateway when another edge joins', () => {
    const some = aRequest(mesh, { memberIds: [...numbered('us', 4).slice(1), 'ap/3'] });
    const { cascade: current } = planCascade(some);
    const grown = planCascade({ ...some, memberIds: [...some.memberIds, 'us/0', 'ap/0'], current });
    for (const [id, { parentId }] of current.nodes) expect(parentOf(grown, id)).toBe(parentId);
  });

  test('turn to one standby when their gateway is lost, so that one copy crosses again', () => {
    const request = aRequest(mesh);
    const { cascade: current } = planCascade(request);
    const gateway = [...current.nodes.values()].find((n) => n.edgeId.startsWith('us') && n.parentId.startsWith('eu'));
    const lostId = gateway?.edgeId ?? '';
    const backups = [...current.nodes.values()].filter((n) => n.parentId === lostId).map((n) => n.backupParentId ?? '');
    const standby = backups.find((id) => id.startsWith('us'));
    expect(backups.filter((id) => id === standby)).toHaveLength(8);
    const memberIds = request.memberIds.filter((id) => id !== lostId);
    const repaired = repairCascade({ ...request, memberIds, current, lost: new Set([lostId]) });
    for (const [id, node] of current.nodes)
      if (node.parentId === lostId) expect(parentOf(repaired, id)).toBe(node.backupParentId);
    expect(repaired.cascade.nodes.get('us/9')?.reason).toBe('repaired');
  });
});

describe('changing as little as possible', () => {
  test('keeps a parent that is as cheap and hardly slower than another', () => {
    const edges = ['sa', 'us', 'ca', 'eu'];
    const [prices, far] = [{ sa: 0.138 }, { 'sa eu': 190, 'us ca': 40 }];
    const request = (us: number) =>
      aRequest(aMesh({ edges, prices, rtts: { ...far, 'sa us': 110, 'sa ca': 110, 'us eu': us, 'ca eu': 81 } }), {
        memberIds: ['eu', 'us'],
      });
    const { cascade: current } = planCascade(request(80));
    expect(current.nodes.get('eu')?.parentId).toBe('us');
    expect(parentOf(planCascade({ ...request(82), current }), 'eu')).toBe('us');
  });

  test('moves where it saves money', () => {
    const edges = ['sa', 'us', 'eu'];
    const rtts = { 'sa us': 110, 'us eu': 80, 'sa eu': 190 };
    const cheap = aRequest(aMesh({ edges, rtts }));
    const { cascade: current } = planCascade(cheap);
    expect(current.nodes.get('eu')?.parentId).toBe('sa');
    expect(parentOf(planCascade({ ...aRequest(aMesh({ edges, rtts, prices: { sa: 0.138 } })), current }), 'eu')).toBe(
      'us',
    );
  });

  test('lets what is there give way when somebody could not be reached otherwise', () => {
    const edges = [
      { id: 'o', maxFanOut: 1 },
      { id: 'a', maxFanOut: 0 },
      { id: 'b', maxFanOut: 1 },
    ];
    const mesh = aMesh({ edges });
    const { cascade: current } = planCascade(aRequest(mesh, { memberIds: ['a'] }));
    const grown = planCascade({ ...aRequest(mesh), current });
    expect(grown.unreached).toEqual([]);
    expect(pathTo(grown.cascade, 'a')).toEqual(['b', 'a']);
  });
});

describe('backup parents', () => {
  test('lead to the origin without the edges of the primary path', () => {
    const mesh = aMesh({
      edges: ['sa', 'us', 'eu', 'uk', 'ca'],
      prices: { sa: 0.138 },
      rtts: {
        'sa us': 110,
        'sa ca': 115,
        'us eu': 80,
        'us uk': 80,
        'sa eu': 190,
        'sa uk': 190,
        'ca eu': 80,
        'ca uk': 80,
        'us ca': 20,
      },
    });
    const { cascade } = planCascade(aRequest(mesh));
    for (const node of cascade.nodes.values()) {
      if (node.backupParentId === undefined) continue;
      const primary = new Set(pathTo(cascade, node.parentId));
      expect(pathTo(cascade, node.backupParentId).filter((id) => primary.has(id))).toEqual([]);
    }
    expect(cascade.nodes.get('eu')?.backupParentId).toBeDefined();
  });

  test.each([
    { perRegion: 2, maxFanOut: 16 },
    { perRegion: 6, maxFanOut: 16 },
    { perRegion: 30, maxFanOut: 16 },
  ])('let $perRegion edges of a region share a second copy from outside, and none needs both', (mesh) => {
    const { perRegion, maxFanOut } = mesh;
    const ids = ['eu', 'us', 'ap', 'sa'].flatMap((region) => numbered(region, perRegion));
    const { cascade, unreached } = planCascade(aRequest(aMesh({ edges: ids.map((id) => ({ id, maxFanOut })) })));
    expect(unreached).toEqual([]);
    const regionOf = (id: string | undefined) => id?.split('/')[0];
    const nodes = [...cascade.nodes.values()];
    for (const region of ['us', 'ap', 'sa']) {
      const here = nodes.filter(({ edgeId }) => regionOf(edgeId) === region);
      expect(here.filter(({ parentId }) => regionOf(parentId) !== region)).toHaveLength(1);
      expect(here.filter(({ backupParentId }) => regionOf(backupParentId) !== region)).toHaveLength(1);
    }
    for (const node of nodes) {
      const first = new Set(pathTo(cascade, node.parentId));
      const second = secondWayOf(cascade, node)?.filter((id) => id !== node.edgeId);
      expect(
        second?.filter((id) => first.has(id)),
        node.edgeId,
      ).toEqual([]);
    }
  });

  test('come from outside no more often than the first copies, where a region takes several gateways', () => {
    const ids = ['eu', 'us'].flatMap((region) => numbered(region, 500));
    const { cascade, unreached } = planCascade(aRequest(aMesh({ edges: ids.map((id) => ({ id, maxFanOut: 16 })) })));
    expect(unreached).toEqual([]);
    const here = [...cascade.nodes.values()].filter(({ edgeId }) => edgeId.startsWith('us'));
    const fromOutside = (id: string | undefined) => id?.startsWith('eu') === true;
    const gateways = here.filter(({ parentId }) => fromOutside(parentId));
    expect(gateways.length).toBeGreaterThan(1);
    expect(here.filter(({ backupParentId }) => fromOutside(backupParentId)).length).toBeLessThanOrEqual(
      gateways.length,
    );
  });

  test('are not in the region of the parent, which may be lost as a whole, though it were cheaper', () => {
    const mesh = aMesh({
      edges: ['sa', 'us/1', 'us/2', 'eu', 'ca'],
      prices: { ca: 0.05 },
      rtts: { 'sa us': 110, 'sa ca': 115, 'sa eu': 300 },
      // So both edges of Virginia have their copy from the origin.
      lost: ['us/1 us/2'],
    });
    const { cascade } = planCascade(aRequest(mesh));
    expect([cascade.nodes.get('us/1')?.parentId, cascade.nodes.get('us/2')?.parentId]).toEqual(['sa', 'sa']);
    expect(cascade.nodes.get('eu')).toMatchObject({ parentId: 'us/1', backupParentId: 'ca' });
  });

  test('are what a lost relay leaves its children to', () => {
    const mesh = aMesh({
      edges: ['sa', 'us', 'eu'],
      prices: { sa: 0.138 },
      rtts: { 'sa us': 110, 'us eu': 80, 'sa eu': 190 },
    });
    const request = aRequest(mesh);
    const { cascade: current } = planCascade(request);
    expect(current.nodes.get('eu')).toMatchObject({ parentId: 'us', backupParentId: 'sa' });
    const repaired = repairCascade({ ...request, memberIds: ['eu'], current, lost: new Set(['us']) });
    expect(repaired.cascade.nodes.get('eu')).toMatchObject({ parentId: 'sa', reason: 'repaired' });
  });
});

describe('a link that was lost', () => {
  const prices = { sa: 0.138 };
  const rtts = { 'sa us': 110, 'us eu': 80, 'sa eu': 190 };
  const edges = ['sa', 'us', 'eu'];
  const whole = aRequest(aMesh({ edges, prices, rtts }));

  test('is led around over the backup that was turned to', () => {
    const { cascade: current } = planCascade(whole);
    expect(current.nodes.get('eu')).toMatchObject({ parentId: 'us', backupParentId: 'sa' });
    const mesh = aMesh({ edges, prices, rtts, lost: ['eu us'] });
    const repaired = repairCascade({ ...whole, mesh, current, lost: new Set() });
    expect(repaired.cascade.nodes.get('eu')).toMatchObject({ parentId: 'sa', reason: 'repaired' });
    expect(parentOf(repaired, 'us')).toBe('sa');
    expect(repaired.cascade.nodes.get('eu')?.backupParentId).toBeUndefined();
  });

  test('is led around by an edge without demand', () => {
    const mesh = aMesh({ edges, rtts, lost: ['sa eu'] });
    const result = planCascade(aRequest(mesh, { memberIds: ['eu'] }));
    expect(pathTo(result.cascade, 'eu')).toEqual(['us', 'eu']);
  });

  test('above a relay moves the relay, not those below it', () => {
    const far = { 'sa us': 110, 'sa ca': 120, 'us ca': 20, 'us eu': 80, 'us uk': 80, 'ca eu': 90, 'ca uk': 90 };
    const spec = { edges: [...edges, 'uk', 'ca'], prices, rtts: { ...far, 'sa eu': 190, 'sa uk': 190 } };
    const request = aRequest(aMesh(spec), { memberIds: ['eu', 'uk'] });
    const { cascade: current } = planCascade(request);
    expect(current.nodes.get('us')).toMatchObject({ relay: true, parentId: 'sa' });
    const mesh = aMesh({ ...spec, lost: ['sa us'] });
    const { cascade } = repairCascade({ ...request, mesh, current, lost: new Set() });
    for (const id of ['eu', 'uk']) expect(pathTo(cascade, id)).toEqual(['ca', 'us', id]);
  });

  test('keeps no child under an edge that came to drain, or is too busy, however long somebody stays cut off', () => {
    const [cutOff, others] = [
      ['ap eu', 'ap us'],
      ['us/1', 'us/2', 'us/3'],
    ];
    const specOf = (gateway: { load?: number; maxFanOut?: number }) => [
      'eu',
      'ap',
      { id: 'us/0', ...gateway },
      ...others.map((id) => ({ id, maxFanOut: 0 })),
      { id: 'us/4' },
    ];
    const memberIds = ['ap', 'us/0', ...others];
    const request = aRequest(aMesh({ edges: specOf({}) }), { memberIds });
    const { cascade: current } = planCascade(request);
    expect(others.map((id) => current.nodes.get(id)?.parentId)).toEqual(['us/0', 'us/0', 'us/0']);
    const childrenWhen = (gateway: { load?: number; maxFanOut?: number }) => {
      const mesh = aMesh({ edges: specOf(gateway), lost: cutOff });
      const { cascade } = repairCascade({ ...request, mesh, current, lost: new Set() });
      expect([...cascade.nodes.keys()]).toEqual(expect.arrayContaining(memberIds));
      return others.filter((id) => cascade.nodes.get(id)?.parentId === 'us/0').length;
    };
    expect(childrenWhen({})).toBe(3);
    expect(childrenWhen({ maxFanOut: 0 })).toBe(0);
    expect(childrenWhen({ maxFanOut: 4, load: 0.92 })).toBe(1);
  });

  test('is used where nothing else leads, and the plan says so', () => {
    const mesh = aMesh({ edges: ['sa', 'eu'], lost: ['sa eu'] });
    const result = planCascade(aRequest(mesh));
    expect(result.cascade.nodes.get('eu')).toMatchObject({ parentId: 'sa', reason: 'only-way' });
  });
});

test('a gateway that fills up keeps its children while the region grows', () => {
  const spec = (load: number) =>
    [...numbered('eu', 2), ...numbered('us', 14)].map((id) => ({ id, maxFanOut: 16, load }));
  const before = aRequest(aMesh({ edges: spec(0.2) }), { memberIds: numbered('us', 6) });
  const { cascade: current } = planCascade(before);
  const gatewayId = [...current.nodes.values()].find(({ parentId }) => parentId.startsWith('eu'))?.edgeId ?? '';
  const edges = spec(0.2).map((edge) => (edge.id === gatewayId ? { ...edge, load: 0.88 } : edge));
  const grown = planCascade({ ...aRequest(aMesh({ edges }), { memberIds: numbered('us', 12) }), current });
  for (const [id, { parentId }] of current.nodes) expect(parentOf(grown, id)).toBe(parentId);
  expect(grown.unreached).toEqual([]);
});
