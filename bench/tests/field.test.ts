import { expect, test } from 'vitest';
import { run as forwarding, summary as forwardingSummary } from '../src/benches/forwarding.ts';
import { run as memory } from '../src/benches/memory.ts';
import { run as pipeHop } from '../src/benches/pipe-hop.ts';
import { run as sessionCreate } from '../src/benches/session-create.ts';

test('an edge forwards every packet to its viewers, and costs more than sending alone', async () => {
  const result = await forwarding({ viewers: '3', rounds: '1', seconds: '1' });
  const { canopy, janus, janusStock, floor } = result.forwarders;
  const notes = result.notes.join(' ');
  expect(canopy?.arrived).toBe(1);
  if (result.janusVersion !== null) {
    expect(janusStock?.arrived, notes).toBeGreaterThan(0.95);
    // What makes the other one fair is built of a source package that has to be fetched once.
    if (janus === undefined) expect(notes).toContain('Without janus: ');
    else expect(janus.arrived).toBeGreaterThan(0.95);
  }
  expect(canopy?.nodeMicrosecondsPerPacket?.median).toBeGreaterThan(0);
  expect(canopy?.microsecondsPerPacket.median).toBeGreaterThan(canopy?.nodeMicrosecondsPerPacket?.median ?? 0);
  expect(floor?.microsecondsPerPacket.median, notes).toBeGreaterThan(0);
  // Whoever forwards encrypts and sends as well.
  for (const one of [canopy, janus, janusStock])
    if (one !== undefined)
      expect(one.microsecondsPerPacket.median).toBeGreaterThan(floor?.microsecondsPerPacket.median ?? 0);
  expect(result.canopyTo.floor?.median).toBeGreaterThan(1);
  expect(Object.keys(result.canopyTo)).toEqual(Object.keys(result.forwarders).slice(1));
  expect(forwardingSummary(result)).toContain('Canopy, worker and Node');
});

test('frames take time for each hop, and relays work for each packet', async () => {
  const { addedMs, cpu } = await pipeHop({ hops: '2', frames: '20', tracks: '2', rounds: '1', seconds: '1' });
  expect(addedMs.perHop).toHaveLength(2);
  expect(addedMs.frames).toBeGreaterThanOrEqual(20);
  expect(addedMs.p50).toBeGreaterThan(0);
  expect(cpu.microsecondsPerPacket.median).toBeGreaterThan(0);
});

test('an edge grows with what it holds', async () => {
  const result = await memory({ transports: '50,200', people: '20', cameras: '0,20', viewers: '2,10' });
  expect(result.perTransport.nodeBytes).toBeGreaterThan(1_000);
  expect(result.perTransport.workerBytes).toBeGreaterThan(1_000);
  expect(result.perConsumer.samples.map(({ count }) => count)).toEqual([0, 400]);
  expect(result.perViewer.samples.map(({ count }) => count)).toEqual([2, 10]);
});

test('sessions are opened and closed, with peers and without', async () => {
  const { api, joins } = await sessionCreate({ sessions: '20', joins: '4', rounds: '1' });
  expect(api.perSecond.median).toBeGreaterThan(0);
  expect(joins.workerMs.median).toBeGreaterThan(api.workerMs.median);
});
