import { CanopyError } from '@canopy/runtime/errors';
import { silentLogger } from '@canopy/runtime/logger';
import { expect, test } from 'vitest';
import type { Recording } from '../../core/recording/recording.ts';
import { Composing } from './composing.ts';

const nothing = async () => undefined;

/** In it there is nothing, so that it fails as soon as it is composed. */
const waiting: Recording = {
  id: 'waiting',
  meetingId: 'meeting',
  status: 'stopped',
  revision: 2,
  toldRevision: 2,
  edgeId: undefined,
  parts: [],
  errorCode: undefined,
  startedAt: 0,
  endedAt: 1,
  composition: { status: 'waiting', progress: 0, bytes: undefined, durationMs: undefined, errorCode: undefined },
};

test('a recording that cannot be taken away holds up neither others nor what is to be composed', async () => {
  const claims = [waiting];
  const deleted = new Set(['stuck', 'other']);
  const failed: string[] = [];
  await using composing = new Composing({
    jobs: {
      claim: async () => claims.shift(),
      renew: async () => true,
      done: nothing,
      failed: async (_id, errorCode) => void failed.push(errorCode),
      release: nothing,
      expire: nothing,
      names: async () => new Map(),
      deleted: async () => [...deleted],
      forget: async (id) => void deleted.delete(id),
    },
    composer: {
      has: async () => false,
      listen: async () => [],
      stretch: nothing,
      join: async () => 0,
      tidy: nothing,
      async remove(id) {
        if (id === 'stuck') throw new CanopyError('STORAGE_UNAVAILABLE');
      },
    },
    keptForMs: undefined,
    logger: silentLogger,
  });
  composing.run();
  await expect.poll(() => failed).toEqual(['RECORDING_EMPTY']);
  expect([...deleted]).toEqual(['stuck']);
});
