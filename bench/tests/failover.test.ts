import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { run, summary } from '../src/benches/failover.ts';
import { tcpPorts } from '../src/failover/process-sockets.ts';

test('two relays are killed under a few viewers, who fall back on the other way', { timeout: 180_000 }, async () => {
  const result = await run({ only: 'relay', kills: '2', others: '0', viewers: '3', 'at-once': '2' });
  const { relayKilled } = result;
  expect(relayKilled).toMatchObject({ count: 2, switched: 2, withoutMedia: 0, keyFrameRequests: { within500Ms: 1 } });
  expect(relayKilled?.gapMs.max).toBeGreaterThan(0);
  expect(result).toMatchObject({
    relays: { strangers: 0, viewers: 3 },
    edgeKilled: null,
    drained: null,
    decoder: null,
  });
  expect(summary(result)).toContain('relay killed           2 times');
});

test('the ports of a process are those of its open sockets', async () => {
  const tcp = createServer().listen(0, '127.0.0.1');
  await once(tcp, 'listening');
  expect(tcpPorts(process.pid)).toContain(portOf(tcp.address()));
  tcp.close();
});

function portOf(address: ReturnType<ReturnType<typeof createServer>['address']>): number | undefined {
  return typeof address === 'object' ? address?.port : undefined;
}
