import { WaitingPerson } from '@canopy/proto/moderation';
import { expect, it } from 'vitest';
import { RedisLobbyStore } from '../src/adapters/redis/lobby-store.ts';
import { TestMesh } from '../src/testing/mesh.ts';

const leaseMs = 60_000;

it('says that hosts are to be told of somebody until they were, and brings nobody back by that', async () => {
  await using mesh = await TestMesh.create();
  const store = new RedisLobbyStore(mesh.redis(), mesh.config.namespace);
  const ada = WaitingPerson.fromPartial({ participantId: 'ada', name: 'Ada', sinceMs: 1 });
  expect([await store.enter('m', ada, leaseMs), await store.enter('m', ada, leaseMs)]).toEqual([true, true]);
  await store.told('m', ada);
  expect(await store.enter('m', ada, leaseMs)).toBe(false);
  expect(await store.list('m')).toEqual([ada]);
  await store.take('m', ['ada'], true);
  await store.told('m', ada);
  expect(await store.list('m')).toEqual([]);
});
