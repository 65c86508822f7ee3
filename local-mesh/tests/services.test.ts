import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { startServices } from '../src/index.ts';
import { greets } from '../src/processes/probes.ts';
import { execute } from '../src/services/database.ts';
import { descendants, survivors } from './fixtures/processes.ts';

const portOf = (url: string) => Number(new URL(url).port);

test('services answer at their URLs, and nothing of them is left after they stop', async () => {
  const before = descendants(process.pid);
  const services = await startServices();
  const dataDir = dirname(dirname(services.redis?.spec.logFile ?? ''));
  await execute(services.databaseUrl, 'CREATE TABLE answer (value int)');
  expect(await greets(portOf(services.redisUrl), '+PONG', 'PING\r\n')).toBe(true);
  expect(await greets(portOf(services.natsUrl), 'INFO ')).toBe(true);

  await services.stop();
  expect(descendants(process.pid)).toEqual(before);
  expect(existsSync(dataDir)).toBe(false);
});

test('PostgreSQL keeps what was committed before it was killed', async () => {
  await using services = await startServices();
  await execute(services.databaseUrl, 'CREATE TABLE answer (value int)');
  await execute(services.databaseUrl, 'INSERT INTO answer VALUES (42)');
  const exited = services.postgres?.exited();
  services.postgres?.kill('SIGKILL');
  expect(await exited).toEqual({ signal: 'SIGKILL' });
  expect(services.postgres?.pid).toBeUndefined();

  await services.postgres?.start();
  await execute(services.databaseUrl, 'SELECT 1 / (value - 41) FROM answer WHERE value = 42');
  await expect(execute(services.databaseUrl, 'SELECT 1 / (value - 42) FROM answer')).rejects.toThrow(
    'division by zero',
  );
});

test('a service that stands still is stopped all the same', async () => {
  const services = await startServices();
  const started = descendants(process.pid);
  services.redis?.kill('SIGSTOP');
  await services.stop();
  expect(survivors(started)).toEqual([]);
});

test('services whose URLs are given are not started', async () => {
  await using services = await startServices({
    env: { DATABASE_URL: 'postgres://elsewhere/canopy', REDIS_URL: 'redis://elsewhere', NATS_URL: 'nats://elsewhere' },
  });
  expect(services).toMatchObject({ databaseUrl: 'postgres://elsewhere/canopy', postgres: undefined, nats: undefined });
});

test('a URL that is given but empty is none', async () => {
  const env = { DATABASE_URL: 'postgres://elsewhere/canopy', REDIS_URL: '', NATS_URL: 'nats://elsewhere' };
  await using services = await startServices({ env });
  expect(await greets(portOf(services.redisUrl), '+PONG', 'PING\r\n')).toBe(true);
});
