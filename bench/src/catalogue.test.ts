import { expect, test } from 'vitest';
import { listing, loadBench } from './catalogue.ts';

test('lists every bench with its options', async () => {
  const text = await listing();
  expect(text).toContain('plan: plans the cascade');
  expect(text).toContain('--max-fan-out');
  expect(text).toContain('simulate SCENARIO');
});

test('names the benches there are when asked for another', async () => {
  await expect(loadBench('juggle')).rejects.toThrow(/There is no bench "juggle"\. There are: .*plan/);
});
