import { expect, it } from 'vitest';
import { recordingLinks } from './recording-links.ts';

const key = { id: 'k', signingSecret: 'a secret that signs' };
const soon = () => Date.now() + 60_000;

it('opens the recording it was made for, until it expires', async () => {
  expect(await recordingLinks.verify(await recordingLinks.sign('r1', key, soon()), 'r1', key)).toBe(true);
  const old = await recordingLinks.sign('r1', key, Date.now() - 1_000);
  expect(await recordingLinks.verify(old, 'r1', key)).toBe(false);
});

it('opens nothing else, and nothing when it was changed or signed by somebody else', async () => {
  const token = await recordingLinks.sign('r1', key, soon());
  expect(await recordingLinks.verify(token, 'r2', key)).toBe(false);
  expect(await recordingLinks.verify(token, 'r1', { ...key, signingSecret: 'another secret' })).toBe(false);
  const [header, , signature] = token.split('.');
  const claims = Buffer.from(JSON.stringify({ sub: 'r2', aud: 'canopy:recording', exp: soon() })).toString('base64url');
  expect(await recordingLinks.verify(`${header}.${claims}.${signature}`, 'r2', key)).toBe(false);
  expect(await recordingLinks.verify('nothing', 'r1', key)).toBe(false);
});
