import { expect, test } from 'vitest';
import { type Cascade, type CascadeNode, planCascade, validateCascade } from './planner.ts';
import { aMesh, aRequest } from './testing/mesh.ts';

const mesh = aMesh({
  edges: [{ id: 'o', maxFanOut: 2 }, 'a', 'b', 'c', { id: 'dead', usable: false }],
  rtts: { 'o a': 10, 'a b': 10, 'o b': 200, 'b c': 10 },
});
const request = aRequest(mesh, { memberIds: ['a', 'b', 'c'] });
const sound = planCascade(request).cascade;

function changed(edgeId: string, change: Partial<CascadeNode>): Cascade {
  const nodes = new Map(sound.nodes);
  const node = nodes.get(edgeId) ?? { ...firstNode(), edgeId };
  nodes.set(edgeId, { ...node, ...change });
  return { ...sound, nodes };
}

function firstNode(): CascadeNode {
  const [node] = sound.nodes.values();
  if (node === undefined) throw new Error('the sound plan is empty');
  return node;
}

const rulesOf = (cascade: Cascade) => validateCascade(cascade, request).map(({ rule }) => rule);

test('finds nothing in a sound plan', () => {
  expect(rulesOf(sound)).toEqual([]);
});

test.each<[string, Cascade]>([
  ['cycle', changed('a', { parentId: 'c' })],
  ['depth', changed('c', { depth: 1 })],
  ['latency', changed('b', { parentId: 'o', depth: 1, latencyMs: 100 })],
  ['latency', changed('b', { latencyMs: 1 })],
  ['useless-backup', changed('c', { backupParentId: 'b' })],
  ['backup-in-subtree', changed('a', { backupParentId: 'b' })],
  ['unknown-edge', changed('c', { parentId: 'nowhere' })],
  ['unusable-edge', changed('c', { backupParentId: 'dead' })],
  ['useless-relay', changed('dead', { parentId: 'o', relay: true })],
  ['missing-member', { ...sound, nodes: new Map([...sound.nodes].filter(([id]) => id !== 'c')) }],
])('finds a broken rule: %s', (rule, cascade) => {
  expect(rulesOf(cascade)).toContain(rule);
});

test('finds a path that is longer than allowed', () => {
  const shallow = { ...request, policy: { ...request.policy, maxDepth: 2 } };
  expect(validateCascade(sound, shallow)).toEqual([{ rule: 'depth', edgeId: 'c', detail: '3 links from the origin' }]);
});

test('finds an edge with more children than it may have', () => {
  const star = ['a', 'b', 'c'].map((id) => [id, { ...firstNode(), edgeId: id, parentId: 'o' }] as const);
  expect(rulesOf({ ...sound, nodes: new Map(star) })).toContain('fan-out');
});
