import { systemClock } from '@canopy/runtime/clock';
import { CanopyError, type ErrorCode } from '@canopy/runtime/errors';
import { silentLogger } from '@canopy/runtime/logger';
import { expect, test } from 'vitest';
import type { Retry } from '../../core/recording/composition.ts';
import type { Recording } from '../../core/recording/recording.ts';
import { Composing } from './composing.ts';
import type { Composer, CompositionJobs } from './ports.ts';

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

/** Jobs of which there are none, and a composer that finds nothing. */
const noJobs: CompositionJobs = {
  claim: nothing,
  renew: async () => true,
  done: nothing,
  failed: nothing,
  release: nothing,
  expire: nothing,
  names: async () => new Map(),
  deleted: async () => [],
  forget: nothing,
};
const composer: Composer = {
  has: async () => false,
  listen: async () => [],
  stretch: nothing,
  join: async () => 0,
  tidy: nothing,
  remove: nothing,
};

function composingOf(jobs: Partial<CompositionJobs>, more: Partial<Composer> = {}): Composing {
  return new Composing({
    jobs: { ...noJobs, ...jobs },
    composer: { ...composer, ...more },
    keptForMs: undefined,
    clock: systemClock,
    random: Math.random,
    logger: silentLogger,
  });
}

test('a recording that cannot be taken away holds up neither others nor what is to be composed', async () => {
  const claims = [waiting];
  const deleted = new Set(['stuck', 'other']);
  const failed: string[] = [];
  const jobs = {
    claim: async () => claims.shift(),
    failed: async (_id: string, errorCode: string) => void failed.push(errorCode),
    deleted: async () => [...deleted],
    forget: async (id: string) => void deleted.delete(id),
  };
  const remove = async (id: string) => {
    if (id === 'stuck') throw new CanopyError('STORAGE_UNAVAILABLE');
  };
  await using composing = composingOf(jobs, { remove });
  composing.run();
  await expect.poll(() => failed).toEqual(['RECORDING_EMPTY']);
  expect([...deleted]).toEqual(['stuck']);
});

test('that it is composed is noted again while the database is away, and fails where that will not pass', async () => {
  const part = { id: 'part', trackId: 'track', edgeId: 'edge', kind: 'audio', screen: false } as const;
  const written = { startedAt: 0, writtenUntil: 10_000, segments: 1, bytes: 1, running: false };
  const claims = [{ ...waiting, parts: [{ ...part, ...written }] }];
  const refusals: ErrorCode[] = ['STATE_UNAVAILABLE', 'INTERNAL'];
  const outcomes: unknown[] = [];
  const jobs = {
    claim: async () => claims.shift(),
    done: async () => {
      const code = refusals.shift();
      if (code !== undefined) throw new CanopyError(code);
      outcomes.push('done');
    },
    failed: async (_id: string, errorCode: string, retry: Retry) => void outcomes.push([errorCode, retry]),
  };
  await using composing = composingOf(jobs);
  composing.run();
  await expect.poll(() => outcomes).toEqual([['INTERNAL', 'soon']]);
});

test('it is ready while it gets at the jobs', async () => {
  let away = false;
  const claim = async () => {
    if (away) throw new CanopyError('STATE_UNAVAILABLE');
    return undefined;
  };
  await using composing = composingOf({ claim });
  expect(composing.ready).toBe(false);
  composing.run();
  await expect.poll(() => composing.ready).toBe(true);
  away = true;
  await expect.poll(() => composing.ready).toBe(false);
  away = false;
  await expect.poll(() => composing.ready).toBe(true);
});
