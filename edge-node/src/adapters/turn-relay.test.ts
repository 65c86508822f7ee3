import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VirtualClock } from '@canopy/runtime/clock';
import { silentLogger as logger } from '@canopy/runtime/logger';
import { expect, onTestFinished, test } from 'vitest';
import { turnRelay } from './turn-relay.ts';

const urls = ['turn:turn.example.org:3478?transport=udp', 'turns:turn.example.org:5349?transport=tcp'];
const secret = 'north of the northern sea';

test('a credential is what OpenSSL makes of the secret, the end of an hour and the participant', () => {
  const clock = new VirtualClock(2_000_000_000_999);
  const relay = turnRelay({ urls, secret }, clock, logger);
  expect(relay.serversFor('ada')).toEqual([
    { urls, username: '2000003600:ada', credential: 't0nWgYwFs9mpu6EldKvvoj4j9y0=' },
  ]);
  clock.advance(1);
  expect(relay.serversFor('ben')).toEqual([
    { urls, username: '2000003601:ben', credential: 'y9d9FND0+D7Hph0i8UYHhlEa2TI=' },
  ]);
});

test('a secret in a file is followed, and the last good one kept while there is none', () => {
  const folder = mkdtempSync(join(tmpdir(), 'canopy-turn-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const secretFile = join(folder, 'secret');
  const clock = new VirtualClock(2_000_000_000_999);
  const credentials = (relay: ReturnType<typeof turnRelay>) => relay.serversFor('ada')[0]?.credential;
  const withSecret = (known: string) => credentials(turnRelay({ urls, secret: known }, clock, logger));
  expect(() => turnRelay({ urls, secretFile }, clock, logger)).toThrow('ENOENT');

  writeFileSync(secretFile, `${secret}\n`);
  const relay = turnRelay({ urls, secretFile }, clock, logger);
  expect(credentials(relay)).toBe(withSecret(secret));
  writeFileSync(secretFile, 'south of the southern sea\n');
  expect(credentials(relay)).toBe(withSecret('south of the southern sea'));
  writeFileSync(secretFile, '\n');
  expect(credentials(relay)).toBe(withSecret('south of the southern sea'));
});

test('where no server is there is nothing to get in to', () => {
  expect(turnRelay(undefined, new VirtualClock(), logger).serversFor('ada')).toEqual([]);
});
