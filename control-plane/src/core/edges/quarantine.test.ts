import { describe, expect, it } from 'vitest';
import {
  judgeEdges,
  defaultQuarantineLimits as limits,
  neverQuarantined,
  type Quarantine,
  type QuarantineReason,
} from './quarantine.ts';
import { nothingKnown, type Reachability, type Witness } from './reachability.ts';

const now = 1_000_000;
const witness = (participantId: string, network: string, at = now): Witness => ({ participantId, network, at });
const hears = { unanswered: 0, hearsOthers: true };
const deaf = { unanswered: 4, hearsOthers: true };
const cutOff = { unanswered: 4, hearsOthers: false };
const threeFailed = [witness('a', 'n1'), witness('b', 'n2'), witness('c', 'n1')];

/** What becomes of one edge among four. */
function judged(given: Partial<Reachability>, present: Quarantine = neverQuarantined, at = now): Quarantine {
  const others = ['x', 'y', 'z'].map((edgeId) => ({ edgeId, present: neverQuarantined, reachability: nothingKnown }));
  const edge = { edgeId: 'edge', present, reachability: { ...nothingKnown, ...given } };
  const next = judgeEdges([edge, ...others], limits, at).get('edge');
  if (next === undefined) throw new Error('the edge was not judged');
  return next;
}

const reasonOf = (quarantine: Quarantine) => (quarantine.state === 'clear' ? undefined : quarantine.reason.rule);

describe('an edge whose heartbeats look healthy', () => {
  it('is quarantined when three participants of two networks got through elsewhere only', () => {
    expect(judged({ failures: threeFailed })).toMatchObject({
      state: 'quarantined',
      until: now + limits.holdMs,
      reason: { rule: 'clients', participants: 3, networks: 2, failedShare: 1 },
    });
  });

  it('is not quarantined by one client, nor by one network, however often they fail', () => {
    const oneClient = Array.from({ length: 50 }, () => witness('a', 'n1'));
    const oneNetwork = Array.from({ length: 50 }, (_, index) => witness(`p${index}`, 'n1'));
    for (const failures of [oneClient, oneNetwork]) expect(judged({ failures })).toEqual(neverQuarantined);
  });

  it('is not quarantined while most networks get through', () => {
    const successes = ['n3', 'n4', 'n5'].map((network) => witness('d', network));
    expect(judged({ failures: threeFailed, successes })).toEqual(neverQuarantined);
  });

  it('is not quarantined for what was long ago', () => {
    const failures = threeFailed.map((one) => ({ ...one, at: now - limits.windowMs - 1 }));
    expect(judged({ failures })).toEqual(neverQuarantined);
  });

  it('is quarantined when most neighbours, and two at least, hear nothing of it', () => {
    expect(reasonOf(judged({ neighbours: [deaf, deaf, hears] }))).toBe('neighbours');
    expect(judged({ neighbours: [deaf, deaf, hears, hears] })).toEqual(neverQuarantined);
    expect(judged({ neighbours: [deaf] })).toEqual(neverQuarantined);
  });

  it('is not blamed by neighbours who may not know yet that it is back', () => {
    const back: Quarantine = { state: 'clear', since: now };
    const neighbours = [deaf, deaf];
    expect(judged({ neighbours }, back, now + limits.quietMs - 1)).toBe(back);
    expect(reasonOf(judged({ neighbours }, back, now + limits.quietMs))).toBe('neighbours');
  });

  it('is not blamed by neighbours that hear nobody', () => {
    expect(judged({ neighbours: [cutOff, cutOff, cutOff, hears] })).toEqual(neverQuarantined);
  });

  it('is quarantined when its only neighbour and a client agree', () => {
    expect(reasonOf(judged({ failures: [witness('a', 'n1')], neighbours: [deaf] }))).toBe('clients-and-neighbours');
  });
});

describe('an edge in quarantine', () => {
  const reason: QuarantineReason = {
    rule: 'clients',
    participants: 3,
    networks: 2,
    failedShare: 1,
    deafNeighbours: 0,
    neighbours: 3,
  };
  const quarantined = {
    state: 'quarantined',
    since: now,
    until: now + limits.holdMs,
    failedTrials: 0,
    reason,
  } as const;
  const trial = { state: 'trial', since: now, failedTrials: 0, reason } as const;
  const later = now + limits.holdMs;

  it('stays there until its time is over, though nobody speaks against it any more', () => {
    expect(judged({}, quarantined, later - 1)).toEqual(quarantined);
  });

  it('is tried afterwards', () => {
    expect(judged({}, quarantined, later)).toEqual({ ...trial, since: later });
  });

  it('needs no trial where only neighbours spoke against it and hear it again', () => {
    const given = { ...quarantined, reason: { ...reason, rule: 'neighbours' as const } };
    expect(judged({ neighbours: [hears, hears] }, given, later)).toEqual({ state: 'clear', since: later });
  });

  it('is not even tried while most neighbours hear nothing', () => {
    const held = judged({ neighbours: [deaf, deaf] }, quarantined, later);
    expect(held).toMatchObject({ state: 'quarantined', since: now, until: later + limits.quietMs });
  });

  it('is free when somebody gets through on trial, and what was before counts no more', () => {
    const freed = judged({ failures: threeFailed, successes: [witness('d', 'n3', later)] }, trial, later);
    expect(freed).toEqual({ state: 'clear', since: later });
    expect(judged({ failures: threeFailed }, freed, later + 1)).toEqual(freed);
  });

  it('is tried anew when a minute of its trial showed nothing', () => {
    expect(judged({}, trial, now + limits.windowMs - 1)).toBe(trial);
    const anew = now + limits.windowMs;
    expect(judged({}, trial, anew)).toEqual({ ...trial, since: anew });
  });

  it('goes back for twice as long when somebody fails on trial', () => {
    expect(judged({ failures: [witness('d', 'n3', later)] }, trial, later)).toMatchObject({
      state: 'quarantined',
      until: later + 2 * limits.holdMs,
      failedTrials: 1,
      reason: { rule: 'trial-failed' },
    });
  });
});
