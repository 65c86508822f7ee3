import { systemClock } from '@canopy/runtime/clock';
import { silentLogger } from '@canopy/runtime/logger';
import { keptLog } from '@canopy/runtime/testing/kept-log';
import { expect, it, vi } from 'vitest';
import { PostgresCompositionJobs } from '../src/adapters/postgres/composition-jobs.ts';
import { connectPostgres } from '../src/adapters/postgres/database.ts';
import { Composing } from '../src/app/recording/composing.ts';
import { Gate } from '../src/testing/gate.ts';
import { patience, Studio } from '../src/testing/studio.ts';

vi.setConfig({ testTimeout: 120_000 });

/** Has all stretches already, and joins them when it is let. */
function slowComposer() {
  const joined = Promise.withResolvers<void>();
  const begun: AbortSignal[] = [];
  const nothing = async () => undefined;
  const join = async (_id: string, _count: number, signal: AbortSignal) => {
    begun.push(signal);
    const lost = new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    await Promise.race([joined.promise, lost]);
    return 1;
  };
  const composer = { has: async () => true, listen: async () => [], stretch: nothing, tidy: nothing, remove: nothing };
  return { composer: { ...composer, join }, begun, letIn: () => joined.resolve() };
}

it('goes on joining while PostgreSQL is away for a moment, and keeps the file when it is back', async () => {
  await using owned = new AsyncDisposableStack();
  const studio = owned.use(await Studio.open());
  const recording = await studio.recorded();
  const { gate, url } = await Gate.before(studio.mesh.config.databaseUrl);
  owned.use(gate);
  const db = connectPostgres({ url, timeoutMs: 2_000, maxConnections: 2 }, silentLogger);
  owned.defer(() => db.destroy());
  const { composer, begun, letIn } = slowComposer();
  const { logger, written } = keptLog('compositor');
  const jobs = new PostgresCompositionJobs(db, 'slow');
  const time = { clock: systemClock, random: Math.random };
  const composing = owned.use(new Composing({ jobs, composer, keptForMs: undefined, ...time, logger }));
  const leasedUntil = async () => {
    const [row] = await studio.mesh.query(`SELECT lease_until FROM recordings WHERE id = $1`, [recording.id]);
    return Number((row as { lease_until: Date }).lease_until);
  };
  composing.run();
  await expect.poll(() => begun.length, patience).toBe(1);

  await gate.close();
  await expect.poll(written, patience).toContain('the lease of a job is renewed later');
  const before = await leasedUntil();
  await gate.open();
  await expect.poll(leasedUntil, patience).toBeGreaterThan(before);

  await gate.close();
  letIn();
  await expect.poll(written, patience).toContain('that a recording is composed is kept later');
  await gate.open();
  await studio.until('ready', recording);
  expect(begun.map(({ aborted }) => aborted)).toEqual([false]);
});
