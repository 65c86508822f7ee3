import { expect, test } from 'vitest';
import { chromiumNeed, howToInstall, serviceNeeds, unmet } from './services.mjs';

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
  expect(howToInstall([...serviceNeeds, chromiumNeed])).toBe(
    'Not found: PostgreSQL, Redis, NATS, ffmpeg, Chromium. Install them (Debian, Ubuntu: sudo apt-get install postgresql ' +
      'redis-server nats-server ffmpeg chromium), or set DATABASE_URL, REDIS_URL, NATS_URL, EDGE_FFMPEG, CHROMIUM_BIN. ' +
      'Ubuntu has no such package, only a snap, which does not run in containers: install Google Chrome there ' +
      '(https://dl.google.com/linux/direct/google-chrome-stable_current_amd64.deb).',
  );
});
