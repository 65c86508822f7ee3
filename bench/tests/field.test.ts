import { expect, test } from 'vitest';
import { run as forwarding, summary as forwardingSummary } from '../src/benches/forwarding.ts';
import { run as memory } from '../src/benches/memory.ts';
import { run as pipeHop } from '../src/benches/pipe-hop.ts';
import { run as sessionCreate } from '../src/benches/session-create.ts';

/** Of runs this short nothing can be told but that they came to figures. */
function expectMeasured(figure: number | undefined, notes?: string): void {
  expect(figure, notes).toBeGreaterThan(0);
  expect(figure, notes).toBeLessThan(Number.POSITIVE_INFINITY);
}

test('an edge forwards every packet to its viewers, and what that costs is told beside what sending alone does', async () => {
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
  expectMeasured(canopy?.nodeMicrosecondsPerPacket?.median);
  expectMeasured(floor?.microsecondsPerPacket.median, notes);
  for (const one of Object.values(result.forwarders)) expectMeasured(one.microsecondsPerPacket.median, notes);
  for (const ratio of Object.values(result.canopyTo)) expectMeasured(ratio.median, notes);
  expect(Object.keys(result.canopyTo)).toEqual(Object.keys(result.forwarders).slice(1));
  expect(forwardingSummary(result)).toContain('Canopy, worker and Node');
});

test('frames take time for each hop, and relays work for each packet', async () => {
  const { addedMs, cpu } = await pipeHop({ hops: '2', frames: '20', tracks: '2', rounds: '1', seconds: '1' });
  expect(addedMs.perHop).toHaveLength(2);
  expect(addedMs.frames).toBeGreaterThanOrEqual(20);
  expectMeasured(addedMs.p50);
  expectMeasured(cpu.microsecondsPerPacket.median);
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
  expectMeasured(api.perSecond.median);
  for (const { workerMs } of [api, joins]) expectMeasured(workerMs.median);
});
