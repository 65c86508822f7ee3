import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { ownServicesLeftOut } from '../../scripts/setup/services.mjs';
import { freePorts, startServices } from '../src/index.ts';
import { greets } from '../src/processes/probes.ts';
import { execute } from '../src/services/database.ts';
import { checkGiven } from '../src/services/given.ts';
import { lodge } from '../src/services/lodging.ts';
import { descendants, survivors, survivorsAfter } from './fixtures/processes.ts';

const leftOut = ownServicesLeftOut(['PostgreSQL', 'Redis', 'NATS'], process.env);

const portOf = (url: string) => Number(new URL(url).port);

test.skipIf(leftOut)('services answer at their URLs, and nothing of them is left after they stop', async () => {
  const before = descendants(process.pid);
  const services = await startServices();
  const dataDir = dirname(dirname(services.redis?.spec.logFile ?? ''));
  await execute(services.databaseUrl, 'CREATE TABLE answer (value int)');
  // It gives a server a second.
  await expect.poll(() => greets(portOf(services.redisUrl), '+PONG', 'PING\r\n')).toBe(true);
  await expect.poll(() => greets(portOf(services.natsUrl), 'INFO ')).toBe(true);

  await services.stop();
  expect(descendants(process.pid)).toEqual(before);
  expect(existsSync(dataDir)).toBe(false);
});

test.skipIf(leftOut)('PostgreSQL keeps what was committed before it was killed', async () => {
  await using services = await startServices();
  await execute(services.databaseUrl, 'CREATE TABLE answer (value int)');
  await execute(services.databaseUrl, 'INSERT INTO answer VALUES (42)');
  const exited = services.postgres?.exited();
  const children = descendants(services.postgres?.pid ?? -1);
  services.postgres?.kill('SIGKILL');
  expect(await exited).toEqual({ signal: 'SIGKILL' });
  expect(services.postgres?.pid).toBeUndefined();
  // As long as one of them is there, it does not start.
  expect(await survivorsAfter(children, 30_000)).toEqual([]);

  await services.postgres?.start();
  await execute(services.databaseUrl, 'SELECT 1 / (value - 41) FROM answer WHERE value = 42');
  await expect(execute(services.databaseUrl, 'SELECT 1 / (value - 42) FROM answer')).rejects.toThrow(
    'division by zero',
  );
});

test.skipIf(leftOut)('a service that stands still is stopped all the same', async () => {
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

test.skipIf(leftOut)('a URL that is given but empty is none', async () => {
  const env = { DATABASE_URL: 'postgres://elsewhere/canopy', REDIS_URL: '', NATS_URL: 'nats://elsewhere' };
  await using services = await startServices({ env });
  await expect.poll(() => greets(portOf(services.redisUrl), '+PONG', 'PING\r\n')).toBe(true);
});

test.skipIf(leftOut)(
  'whoever has nothing but URLs is lodged there in rooms of their own, which are given back',
  async () => {
    await using services = await startServices();
    const env = { DATABASE_URL: services.databaseUrl, REDIS_URL: services.redisUrl, NATS_URL: services.natsUrl };
    const notInstalled = () => false;
    const both = [await lodge({}, env, notInstalled), await lodge({}, env, notInstalled)];
    const all = [env, ...both.map(({ urls }) => urls)];
    expect(new Set(all.map(({ DATABASE_URL }) => DATABASE_URL)).size).toBe(3);
    expect(all.map(({ REDIS_URL = '' }) => new URL(REDIS_URL).pathname)).toEqual(['', '/1', '/2']);
    expect(all.map(({ NATS_URL }) => NATS_URL)).toEqual(Array.from(all, () => services.natsUrl));
    const [first, second] = both.map(({ urls }) => urls.DATABASE_URL ?? '');
    await execute(first ?? '', 'CREATE TABLE answer (value int)');
    await execute(second ?? '', 'CREATE TABLE answer (value int)');

    for (const lodging of both) await lodging[Symbol.asyncDispose]();
    await expect(execute(first ?? '', 'SELECT 1')).rejects.toThrow('does not exist');
    await using next = await lodge({ DATABASE_URL: 'postgres://given/canopy' }, env, notInstalled);
    expect(next.urls).toEqual({ REDIS_URL: `${services.redisUrl}/1`, NATS_URL: services.natsUrl });
  },
);

test.skipIf(leftOut)(
  'a server without room is told in a sentence, and what is installed takes no room elsewhere',
  async () => {
    await using services = await startServices();
    const { redisUrl } = services;
    const lodgings = [];
    for (let taken = 0; taken < 15; taken++) lodgings.push(await lodge({}, { REDIS_URL: redisUrl }, () => false));
    await expect(lodge({}, { REDIS_URL: redisUrl }, () => false)).rejects.toThrow(
      /^No room on the Redis of REDIS_URL: all from 1 on are taken .*out of range/,
    );
    for (const lodging of lodgings) await lodging[Symbol.asyncDispose]();
    expect((await lodge({}, { REDIS_URL: redisUrl }, () => true)).urls).toEqual({});
  },
);

test.each([
  ['PostgreSQL', 'DATABASE_URL', 'postgres'],
  ['Redis', 'REDIS_URL', 'redis'],
  ['NATS', 'NATS_URL', 'nats'],
])('that nobody is at the URL of %s is told in a sentence, without its password', async (name, variable, scheme) => {
  const [port] = await freePorts(1);
  const checked = checkGiven({ [variable]: `${scheme}://canopy:secret@127.0.0.1:${port}/0` });
  await expect(checked).rejects.toThrow(
    new RegExp(`^The ${name} of ${variable} can't be used: .*REFUSED.*\\. See that it runs .* or unset ${variable} `),
  );
  await expect(checked).rejects.not.toThrow('secret');
});

test.skipIf(leftOut)(
  'services that let us in are not complained about, and those that are not given neither',
  async () => {
    await using services = await startServices();
    await checkGiven({ DATABASE_URL: services.databaseUrl, REDIS_URL: services.redisUrl, NATS_URL: services.natsUrl });
    await checkGiven({ DATABASE_URL: '' });
    const elsewhere = `${services.databaseUrl}_elsewhere`;
    await expect(checkGiven({ DATABASE_URL: elsewhere })).rejects.toThrow(
      '"canopy_elsewhere" does not exist. See that',
    );
  },
);
