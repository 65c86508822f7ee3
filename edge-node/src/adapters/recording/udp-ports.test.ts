import { expect, test } from 'vitest';
import { PortPairs } from './udp-ports.ts';

test('a pair of ports is handed out once, until it is given back', async () => {
  const free = new PortPairs();
  const [first, second] = [(await free.take()).port, (await free.take()).port];
  const offered = [first, first + 1, second, first];
  const pairs = new PortPairs(async () => offered.shift() ?? 0);
  const one = await pairs.take();
  const other = await pairs.take();
  expect([one.port, other.port]).toEqual([first, second]);
  one[Symbol.dispose]();
  expect((await pairs.take()).port).toBe(first);
});
