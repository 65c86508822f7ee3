import { CanopyError, type EdgeProgress } from '@canopy/client/api';
import { expect, test } from 'vitest';
import { drainLine, watchDrain } from './progress.ts';

const half: EdgeProgress = {
  id: 'fra-1',
  region: 'eu-central-1',
  state: 'draining',
  sessions: 5,
  links: 1,
  movedSessions: 5,
  startedAt: null,
};

test('the bar is as full as people were moved', () => {
  expect(drainLine(half)).toBe(`[${'#'.repeat(15)}${'-'.repeat(15)}] 5 moved, 5 to go, 1 links`);
  expect(drainLine({ ...half, state: 'drained', sessions: 0, movedSessions: 0 })).toContain('#'.repeat(30));
});

test('one waits until the edge is empty, and hears each step once', async () => {
  const states: EdgeProgress[] = [half, half, { ...half, state: 'drained', sessions: 0, movedSessions: 10, links: 0 }];
  const written: string[] = [];
  const output = { isTTY: false, write: (text: string) => written.push(text) > 0 };
  const last = await watchDrain(async () => states.shift() ?? half, output);
  expect(last.state).toBe('drained');
  expect(written).toHaveLength(2);
});

test('a look that fails for a passing reason does not end the wait, any other does', async () => {
  const looks = [Promise.reject(new CanopyError('EDGE_UNREACHABLE')), Promise.resolve({ ...half, state: 'drained' })];
  expect(await watchDrain(() => looks.shift() as Promise<EdgeProgress>, undefined)).toMatchObject({ state: 'drained' });
  const refused = watchDrain(() => Promise.reject(new CanopyError('FORBIDDEN')), undefined);
  await expect(refused).rejects.toMatchObject({ code: 'FORBIDDEN' });
});

test('a drain is over, but not done, when somebody takes it back or the edge is lost', async () => {
  await expect(watchDrain(async () => ({ ...half, state: 'ready' }), undefined)).rejects.toThrow('put back to work');
  await expect(watchDrain(async () => ({ ...half, state: 'dead' }), undefined)).rejects.toThrow('lost');
});
