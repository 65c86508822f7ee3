import { expect, test } from 'vitest';
import type { RatedCandidate } from '../placement/types.ts';
import { inBrief, type MediaSession } from './session.ts';

const candidates: readonly RatedCandidate[] = [
  { edgeId: 'near', region: 'eu-central-1', load: 0.9, rejectedBecause: 'below-overload' },
  { edgeId: 'next', region: 'eu-west-1', load: 0.1234, score: 20 },
  { edgeId: 'far', region: 'us-east-1', load: 0.1, score: 90 },
];

test('a session in brief says which edge was chosen, by which rule and how full it was, like all of whom that is the same', () => {
  const session: MediaSession = {
    edgeId: 'next',
    bootId: 'boot',
    userId: undefined,
    decision: { edgeId: 'next', rule: 'least-path', candidates, regretMs: 12 },
    placedAt: 0,
    client: {
      rtpCapabilities: undefined,
      dtlsParameters: undefined,
      acceptsBackupConsumers: false,
      address: '192.0.2.1',
      location: undefined,
      rttMs: {},
    },
  };
  const brief = inBrief(session);
  const chosen = { edgeId: 'next', region: 'eu-west-1', load: 0.12 };
  expect(brief).toEqual({ ...session, decision: { edgeId: 'next', rule: 'least-path', candidates: [chosen] } });
  const neighbour = { ...session, decision: { ...session.decision, regretMs: 34 } };
  expect(inBrief(neighbour).decision).toBe(brief.decision);
});
