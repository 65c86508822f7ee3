import { expect, it } from 'vitest';
import { unlessBusy } from './unless-busy.ts';

it('begins nothing while the work goes on, and begins again after it failed', async () => {
  const rounds: PromiseWithResolvers<void>[] = [];
  const look = unlessBusy(() => {
    const round = Promise.withResolvers<void>();
    rounds.push(round);
    return round.promise;
  });
  const first = look();
  await look();
  expect(rounds.length).toBe(1);
  rounds[0]?.reject(new Error('away'));
  await expect(first).rejects.toThrow('away');
  const second = look();
  expect(rounds.length).toBe(2);
  rounds[1]?.resolve();
  await second;
});
