import { expect, test } from 'vitest';
import {
  chromiumNeed,
  ffmpegNeed,
  howToInstall,
  requirePrograms,
  serviceNeeds,
  toolsOfTests,
  unmet,
} from './services.mjs';

const need = (name: string, found: string | undefined) => ({
  name,
  variable: `${name.toUpperCase()}_URL`,
  debianPackage: `${name}-server`,
  find: () => found,
});

test('a service is met by its URL or by a program on the machine', () => {
  const needs = [need('redis', undefined), need('nats', '/usr/sbin/nats-server'), need('postgres', undefined)];
  expect(unmet(needs, { POSTGRES_URL: 'postgres://db/canopy' }).map(({ name }) => name)).toEqual(['redis']);
});

test('what is missing is told in one sentence with packages and variables', () => {
  expect(howToInstall([...serviceNeeds, ffmpegNeed, chromiumNeed])).toBe(
    'Not found: PostgreSQL, Redis, NATS, ffmpeg, Chromium. Install them (Debian, Ubuntu: sudo apt-get install postgresql ' +
      'redis-server nats-server ffmpeg chromium), or set DATABASE_URL, REDIS_URL, NATS_URL, EDGE_FFMPEG, CHROMIUM_BIN. ' +
      'Ubuntu has no such package, only a snap, which does not run in containers: install Google Chrome there ' +
      '(https://dl.google.com/linux/direct/google-chrome-stable_current_amd64.deb).',
  );
});

test('what no variable stands in for is only installed', () => {
  const tools = toolsOfTests.filter(({ variable }) => variable === undefined);
  expect(howToInstall(tools)).toBe(
    'Not found: ffmpeg, OpenSSL. Install them (Debian, Ubuntu: sudo apt-get install ffmpeg openssl).',
  );
});

test('all that is missing is told at once, and nothing where nothing is', () => {
  const needs = [need('redis', undefined), need('nats', undefined), need('postgres', '/usr/bin/postgres')];
  expect(() => requirePrograms(needs, {})).toThrow(
    'Not found: redis, nats. Install them (Debian, Ubuntu: sudo apt-get install redis-server nats-server), or set ' +
      'REDIS_URL, NATS_URL.',
  );
  requirePrograms(needs, { REDIS_URL: 'redis://cache', NATS_URL: 'nats://bus' });
});
