import { systemClock } from '@canopy/runtime/clock';
import { silentLogger } from '@canopy/runtime/logger';
import { expect, onTestFinished, test } from 'vitest';
import { openWebRtcTransport } from '../../edge-node/src/adapters/mediasoup/router.ts';
import { WorkerPool } from '../../edge-node/src/adapters/mediasoup/worker-pool.ts';
import { type Door, doorsOf, keyOf } from '../src/doctor/doors.ts';
import { tryDoors } from '../src/doctor/trial.ts';
import type { MediaDoor } from '../src/doctor/whip-session.ts';

const address = '127.0.0.1';

/** Three workers as an edge has them, and sessions that are given one after the other. */
async function threeWorkers() {
  const pool = await WorkerPool.start({
    workers: 3,
    listenIp: address,
    announcedAddress: undefined,
    firstPort: 0,
    network: { linkIp: address, minPort: 40_000, maxPort: 49_999 },
    openClientTransport: openWebRtcTransport,
    clock: systemClock,
    countKeyFrameRequest: () => {},
    logger: silentLogger,
    random: Math.random,
  });
  onTestFinished(() => pool.close());
  const sessions = { opened: 0, open: 0 };
  const open = async (): Promise<MediaDoor> => {
    const router = await pool.openRouter(sessions.opened++ % 3);
    const { parameters } = await router.openClientTransport();
    sessions.open++;
    return {
      usernameFragment: parameters.iceParameters?.usernameFragment ?? '',
      password: parameters.iceParameters?.password ?? '',
      candidates: parameters.iceCandidates.map(({ protocol, port }) => ({
        protocol: protocol as Door['protocol'],
        address,
        port,
      })),
      relays: [],
      async [Symbol.asyncDispose]() {
        sessions.open--;
        router.close();
      },
    };
  };
  const announced = (ports: number[]) => doorsOf({ id: 'fra-1', region: 'eu', media: { address, ports } });
  return { ports: [...pool.mediaPorts.values()], open, sessions, announced };
}

test('every port of every worker is tried over UDP and TCP, with as many sessions as that takes', async () => {
  const { ports, open, sessions, announced } = await threeWorkers();
  const doors = announced(ports);
  const told: number[] = [];
  const { reached } = await tryDoors(doors, open, (tried) => told.push(tried));
  expect(doors.map((door) => reached.get(keyOf(door)))).toEqual(doors.map(() => true));
  expect(sessions).toEqual({ opened: 3, open: 0 });
  expect(told).toEqual([1, 2, 3, 4, 5, 6]);
});

test('closed ports are found, and no session is opened for what none comes to', async () => {
  const { ports, open, sessions, announced } = await threeWorkers();
  // Nobody listens on these: one worker is behind the first, and no session is ever given a place on the second.
  const [behind, closed, never] = [ports[0], 19, 9];
  const hidden = async () => {
    const session = await open();
    const candidates = session.candidates.map((door) => (door.port === behind ? { ...door, port: closed } : door));
    return { ...session, candidates };
  };
  const { reached } = await tryDoors(announced([closed, ...ports.slice(1), never]), hidden, () => {});
  const answers = (port: number) => announced([port]).map((door) => reached.get(keyOf(door)));
  expect(ports.slice(1).map(answers)).toEqual([
    [true, true],
    [true, true],
  ]);
  expect([answers(closed), answers(never)]).toEqual([
    [false, false],
    [undefined, false],
  ]);
  expect(sessions).toEqual({ opened: 5, open: 0 });
});
