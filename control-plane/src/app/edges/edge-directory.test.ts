import { EdgeHeartbeat, EdgeLifecycle } from '@canopy/proto/bus';
import { VirtualClock } from '@canopy/runtime/clock';
import { protocolVersion } from '@canopy/runtime/protocol';
import { describe, expect, it } from 'vitest';
import type { EdgeChange } from '../../core/edges/edge-record.ts';
import type { Hearing } from '../../core/edges/hearing.ts';
import { placeParticipant } from '../../core/placement/place.ts';
import { defaultPlacementPolicy, emptyFootprint } from '../../core/placement/types.ts';
import { EdgeDirectory } from './edge-directory.ts';

const limits = { silentAfterMs: 3_000, reconnectGraceMs: 5_000 };

function setUp() {
  const clock = new VirtualClock(1_000_000);
  const directory = new EdgeDirectory(
    {
      policy: defaultPlacementPolicy,
      regionLocation: (region) => (region === 'nowhere' ? undefined : { latitude: 50, longitude: 8 }),
      limits,
    },
    clock,
  );
  const changes: EdgeChange[] = [];
  directory.changes.on('change', (change) => changes.push(change));
  const beat = (given: Partial<EdgeHeartbeat> = {}) =>
    directory.heard(
      EdgeHeartbeat.fromPartial({
        edgeId: 'e1',
        bootId: 'boot-1',
        state: EdgeLifecycle.READY,
        sentAtMs: clock.now(),
        ...given,
      }),
    );
  const hearing = (given: Partial<Hearing> = {}): Hearing => ({
    connected: true,
    connectedAt: 0,
    heardAnythingAt: clock.now(),
    ...given,
  });
  const health = () => directory.candidates()[0]?.health;
  return { clock, directory, changes, beat, hearing, health };
}

describe('an edge', () => {
  it('falls silent after 3 s without a heartbeat, and is dead only when it does not answer either', () => {
    const { clock, directory, changes, beat, hearing, health } = setUp();
    beat();
    clock.advance(2_999);
    directory.findSilent(hearing());
    expect(health()).toBe('alive');
    clock.advance(1);
    directory.findSilent(hearing());
    expect(health()).toBe('silent');
    directory.declareDead('e1');
    expect(health()).toBe('dead');
    expect(changes.map(({ kind }) => kind)).toEqual(['appeared', 'silent', 'died']);
  });

  it('is forgotten soon after it was emptied and went, and a day after it was lost', () => {
    const { clock, directory, beat } = setUp();
    const known = () => directory.list().map(({ heartbeat }) => heartbeat.edgeId);
    const forgotten: string[] = [];
    directory.changes.on('forgotten', (edgeId) => forgotten.push(edgeId));
    beat({ edgeId: 'emptied', state: EdgeLifecycle.DRAINING });
    beat({ edgeId: 'cut-off', state: EdgeLifecycle.DRAINING, sessions: 1 });
    beat({ edgeId: 'lost' });
    beat({ edgeId: 'silent' });
    for (const edgeId of ['emptied', 'cut-off', 'lost']) directory.convict(edgeId);
    clock.advance(299_999);
    directory.forgetGone();
    expect(known()).toEqual(['cut-off', 'emptied', 'lost', 'silent']);
    clock.advance(1);
    directory.forgetGone();
    expect(known()).toEqual(['cut-off', 'lost', 'silent']);
    clock.advance(86_400_000);
    directory.forgetGone();
    expect(known()).toEqual(['silent']);
    expect(forgotten).toEqual(['emptied', 'cut-off', 'lost']);
  });

  it('is doubted when its heartbeat is overdue and another of its region is lost', () => {
    const { clock, directory, beat, hearing } = setUp();
    const doubted = () =>
      directory
        .candidates()
        .filter(({ doubtful }) => doubtful)
        .map(({ id }) => id);
    beat({ region: 'lost' });
    clock.advance(1_700);
    beat({ edgeId: 'e2', region: 'lost' });
    beat({ edgeId: 'e3', region: 'well' });
    clock.advance(1_300);
    expect(doubted()).toEqual([]);
    directory.findSilent(hearing());
    expect(doubted()).toEqual(['e2']);
    beat({ edgeId: 'e2', region: 'lost' });
    expect(doubted()).toEqual([]);
  });

  it('is no place for anybody while nobody knows where its region is', () => {
    const { directory, beat } = setUp();
    beat({ region: 'nowhere' });
    expect(directory.candidates()).toEqual([]);
    expect(directory.list()).toHaveLength(1);
  });

  it('is not taken for dead when it was heard of while it was asked', () => {
    const { clock, directory, beat, hearing, health } = setUp();
    beat();
    clock.advance(3_000);
    directory.findSilent(hearing());
    beat();
    directory.declareDead('e1');
    expect(health()).toBe('alive');
  });

  it.each([
    ['the bus is away', { connected: false }],
    ['nothing at all is heard', { heardAnythingAt: 1_000_000 }],
    ['the bus stood still within a second of its heartbeat', { heardAnythingAt: 1_000_000 + 900 }],
    ['the bus has just come back', { connectedAt: 1_000_000 + 56_000 }],
  ])('is not silent while %s', (_why, given) => {
    const { clock, directory, beat, hearing, health } = setUp();
    beat();
    clock.advance(60_000);
    directory.findSilent(hearing(given));
    expect(health()).toBe('alive');
  });

  it('has lost all its sessions when its boot id is another', () => {
    const { changes, beat } = setUp();
    beat();
    beat({ bootId: 'boot-2' });
    expect(changes.at(-1)).toEqual({ kind: 'rebooted', edgeId: 'e1', bootId: 'boot-2' });
  });

  it('stays alive when its clock steps back by minutes', () => {
    const { clock, directory, beat, hearing, health } = setUp();
    for (let second = 0; second < 10; second++) {
      beat({ sentAtMs: clock.now() - (second > 3 ? 300_000 : 0) });
      clock.advance(1_000);
      directory.findSilent(hearing());
    }
    expect(health()).toBe('alive');
  });

  it('is overloaded from 0.85 until it falls below 0.7', () => {
    const { directory, beat } = setUp();
    const overloaded = [0.84, 0.85, 0.8, 0.7, 0.69, 0.84].map((load) => {
      beat({ load });
      return directory.candidates()[0]?.overloaded;
    });
    expect(overloaded).toEqual([false, true, true, true, false, false]);
  });
});

describe('an edge whose network is full', () => {
  it('takes nobody until its network has recovered, and says that it is the network', () => {
    const { directory, beat } = setUp();
    const client = { location: { latitude: 50, longitude: 8 }, rttMs: new Map() };
    const decisions = [0.8, 0.86, 0.75, 0.6].map((share) => {
      beat({ load: 0.1, egressBps: share * 9e8, egressCapacityBps: 1e9 });
      const { candidates } = placeParticipant(directory.candidates(), client, emptyFootprint, defaultPlacementPolicy);
      return candidates[0]?.rejectedBecause;
    });
    expect(decisions).toEqual([undefined, 'below-overload', 'below-overload', undefined]);
    expect(directory.candidates()[0]).toMatchObject({ reportedLoad: expect.closeTo(0.6), networkBound: true });
  });
});

describe('what an edge could record besides', () => {
  it('is as it told last, and not known of one that does not tell', () => {
    const { directory, beat } = setUp();
    const told = [{}, { recordingRoom: 0 }, { recordingRoom: 40 }].map((heartbeat) => {
      beat(heartbeat);
      return directory.candidates()[0]?.recordingRoom;
    });
    expect(told).toEqual([undefined, 0, 40]);
  });
});

describe('what an edge measured of the way to another', () => {
  it('counts though its last heartbeat tells of others, until the edge is dead', () => {
    const { directory, beat } = setUp();
    for (const edgeId of ['e2', 'e3']) beat({ neighbours: [{ edgeId, rttMs: 90, loss: 0.01 }] });
    expect(directory.measured('e1', 'e2')).toMatchObject({ rttMs: 90, loss: 0.01 });
    directory.convict('e1');
    expect(directory.measured('e1', 'e2')).toBeUndefined();
  });
});

describe('the highest epoch of all edges', () => {
  it('is none that no plan can have had', () => {
    const { directory, beat } = setUp();
    beat({ highestEpoch: 7 });
    beat({ edgeId: 'e2', highestEpoch: Number.MAX_SAFE_INTEGER });
    expect(directory.highestEpoch()).toBe(7);
  });
});

describe('an edge on trial', () => {
  const reason = { participants: 3, networks: 2, failedShare: 1, deafNeighbours: 0, neighbours: 3 };
  const trial = { state: 'trial', failedTrials: 0, reason: { ...reason, rule: 'clients' } } as const;

  function onTrial() {
    const { clock, directory, beat, health } = setUp();
    beat();
    directory.judged('e1', { ...trial, since: clock.now() });
    return { clock, directory, health };
  }

  it('gets two participants of this replica, whatever others place there', () => {
    const { directory, health } = onTrial();
    for (let count = 0; count < 5; count++) directory.reservedElsewhere({ edgeId: 'e1', replicaId: 'other' });
    expect([health(), directory.candidates()[0]?.reservations]).toEqual(['alive', 5]);
    directory.reserve('e1');
    expect(health()).toBe('alive');
    directory.reserve('e1');
    expect(health()).toBe('quarantined');
  });

  it('gets others when the trial begins anew, for the first brought no media', () => {
    const { clock, directory, health } = onTrial();
    for (let count = 0; count < 2; count++) directory.reserve('e1');
    clock.advance(60_000);
    expect(health()).toBe('quarantined');
    directory.judged('e1', { ...trial, since: clock.now() });
    expect(health()).toBe('alive');
  });
});

describe('an edge of another version of the protocol', () => {
  it('is no candidate and is told of once, until it is upgraded', () => {
    const { directory, changes, beat } = setUp();
    beat({ protocol: protocolVersion + 2 });
    beat({ protocol: protocolVersion + 2 });
    expect(directory.candidates()).toEqual([]);
    expect(changes.map(({ kind }) => kind)).toEqual(['appeared', 'foreign']);
    beat({ bootId: 'boot-2', protocol: protocolVersion });
    expect(directory.candidates()).toHaveLength(1);
    expect(changes.slice(2).map(({ kind }) => kind)).toEqual(['rebooted', 'understood']);
  });

  it('is taken if it is the one after ours, as soon as the last of the one before is gone', () => {
    const { clock, directory, beat, hearing } = setUp();
    beat({ protocol: protocolVersion - 1 });
    clock.advance(3_000);
    beat({ edgeId: 'e2', protocol: protocolVersion + 1 });
    expect(directory.candidates().map(({ id }) => id)).toEqual(['e1']);
    directory.findSilent(hearing());
    directory.declareDead('e1');
    expect(directory.get('e2')?.understood).toBe(true);
  });
});

describe('the directory', () => {
  it('lists edges in the order of their ids, in whatever order they came and beat', () => {
    const { directory, beat } = setUp();
    for (const edgeId of ['e2', 'e3', 'e1', 'e3']) beat({ edgeId });
    expect(directory.list().map(({ heartbeat }) => heartbeat.edgeId)).toEqual(['e1', 'e2', 'e3']);
  });

  it('is of another standing after whatever decides who serves, and of the same after a load', () => {
    const { clock, directory, beat, hearing } = setUp();
    const standings: number[] = [];
    const after = (act: () => void) => {
      act();
      standings.push(directory.standing);
    };
    after(() => beat());
    after(() => beat({ load: 0.9 }));
    after(() => beat({ state: EdgeLifecycle.DRAINING }));
    after(() => beat({ state: EdgeLifecycle.DRAINING, region: 'eu' }));
    clock.advance(3_000);
    after(() => directory.findSilent(hearing()));
    after(() => directory.declareDead('e1'));
    clock.advance(86_400_000);
    after(() => directory.forgetGone());
    expect(standings).toEqual([1, 1, 2, 3, 4, 5, 6]);
  });
});
