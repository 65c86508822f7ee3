import { expect, test } from 'vitest';
import { ownServicesLeftOut } from '../../scripts/setup/services.mjs';
import * as join from '../src/benches/join.ts';
import * as reconnect from '../src/benches/reconnect.ts';
import * as resume from '../src/benches/resume.ts';
import * as workerLoss from '../src/benches/worker-loss.ts';

// Each starts a mesh with services of its own: edges of other tests are on the bus that they share.
const leftOut = ownServicesLeftOut(['NATS'], process.env);
const testOfMesh = test.skipIf(leftOut);

testOfMesh('join: one browser joins, in one round trip', { timeout: 120_000 }, async () => {
  const result = await join.run({ joins: '1' });
  expect(result).toMatchObject({ joins: 1, signalingRoundTrips: { most: 1 }, joinsWithMoreRoundTrips: 0 });
  expect(result.firstFrameMs.p50).toBeGreaterThan(0);
  expect(result.controlPlaneCpuMsPerJoin).toBeGreaterThan(0);
  expect(join.summary(result)).toContain('1 joins, signaling round trips after the socket opened: 1 to 1');
});

testOfMesh(
  'resume: a replica is killed, and who was there and who came goes on over the other',
  {
    timeout: 120_000,
  },
  async () => {
    const result = await resume.run({ kills: '1', 'seen-kills': '0', guests: '4', meetings: '2', joins: '2' });
    expect(result).toMatchObject({ kills: 1, guests: 4, notBack: 0, rejoined: 0, media: { kills: 0 } });
    expect(result.events).toMatchObject({ breaks: 0, lost: 0, surplus: 0 });
    expect(result.events.acknowledged).toBeGreaterThan(0);
    expect(resume.summary(result)).toContain('1 kills, 4 guests');
  },
);

testOfMesh('reconnect: all sockets of a killed replica come back to the other', { timeout: 120_000 }, async () => {
  const result = await reconnect.run({ sockets: '10', meetings: '2', runs: '1' });
  expect(result).toMatchObject({ sockets: 10, notBack: 0, rejoined: 0, breaks: 0 });
  expect(result.eventLoopDelayP99Ms.median).toBeGreaterThan(0);
  expect(reconnect.summary(result)).toContain('10 sockets in 2 meetings, 1 kills');
});

testOfMesh(
  'worker-loss: two browsers see each other again when their worker is killed',
  {
    timeout: 120_000,
  },
  async () => {
    const result = await workerLoss.run({ kills: '1' });
    expect(result).toMatchObject({ kills: 1, strangers: 0 });
    expect(result.seenAgainMs.max).toBeGreaterThan(0);
    expect(workerLoss.summary(result)).toContain('1 workers killed under two browsers');
  },
);
