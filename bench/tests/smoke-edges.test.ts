import { expect, test } from 'vitest';
import { ownServicesLeftOut } from '../../scripts/setup/services.mjs';
import * as keyframes from '../src/benches/keyframes.ts';
import * as thinLinks from '../src/benches/thin-links.ts';
import { BareWs } from '../src/signaling/bare-ws.ts';
import { Canopy } from '../src/signaling/canopy.ts';
import { Ears } from '../src/signaling/ears.ts';
import { SocketIo } from '../src/signaling/socket-io.ts';
import type { Subject } from '../src/signaling/subject.ts';

const leftOut = ownServicesLeftOut(['NATS'], process.env);

test('keyframes: a crowd of three has its first frames', async () => {
  const result = await keyframes.run({ viewers: '3', 'within-ms': '300', runs: '1' });
  expect(result).toMatchObject({ viewers: 3, runs: 1, edges: 4, withoutFrame: { most: 0 } });
  expect(result.firstFrameMs.max.median).toBeGreaterThan(0);
  expect(keyframes.summary(result)).toContain('3 viewers on a relay and two leaves');
});

test('thin-links: a small tile takes less from both links, and grows again', { timeout: 120_000 }, async () => {
  const result = await thinLinks.run({ meetings: '1', rounds: '1' });
  for (const link of [result.originToRelay, result.relayToLeaf]) expect(link.saved.median).toBeGreaterThan(0.5);
  expect(result.higherLayerMs).toMatchObject({ count: 1, max: expect.any(Number) });
  expect(Number.isFinite(result.higherLayerMs.max)).toBe(true);
  expect(thinLinks.summary(result)).toContain('1 meetings, 1 rounds');
});

// The bench itself lets three hundred people come first: here is whom it measures.
for (const subject of [BareWs, SocketIo, Canopy])
  test.skipIf(leftOut)(`signaling: three people hear each other over ${subject.name}`, async () => {
    await using server: Subject = await subject.start();
    const ears = new Ears();
    await server.expect(3);
    for (const number of [0, 1, 2]) await server.enter(number, (message) => ears.hear(message));
    expect(await ears.listen('Who hears this?', 3, (text) => server.say(text))).toHaveLength(3);
    expect(server.server.cpuMs).toBeGreaterThan(0);
    expect((await server.server.memory()).resident).toBeGreaterThan(0);
  });
