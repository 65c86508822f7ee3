import type { MeetingResult } from '../../benches/meeting.ts';
import type { SignalingResult } from '../../benches/signaling.ts';
import type { TilesResult } from '../../benches/tiles.ts';
import type { GatheringFigures } from '../../meeting/gathering.ts';
import type { SignalingFigures } from '../../signaling/measure.ts';
import { atMost, type Exhibit, none } from '../exhibit.ts';
import { type Bar, bars, lines } from '../plots.ts';

/** What many people take: of a replica, of a mesh, and of the browser that shows them. */

const kib = 1_024;

export const signaling: Exhibit<SignalingResult> = {
  promises: ({ people, canopy, ratios }) => [
    none('People who were not let in', people - canopy.joins.done),
    none('Messages that somebody did not hear', canopy.unheard),
    atMost('Memory of a session, by that of bare ws', ratios.ws.memory, 1.5),
    atMost('CPU for each recipient, by that of bare ws', ratios.ws.cpuPerRecipient, 1.5),
    atMost('A message to all, p99', canopy.heardMs.p99, 250, 'ms'),
    atMost('A message while others come, p99', canopy.heardDuringJoinsMs.p99, 250, 'ms'),
  ],
  plots: (result) => {
    const compared = (of: (figures: SignalingFigures) => number): Bar[] => [
      { label: 'Canopy', value: of(result.canopy) },
      { label: 'bare ws', value: of(result.ws) },
      { label: 'socket.io', value: of(result.socketIo) },
    ];
    return [
      bars(
        'Memory of a session',
        'KiB',
        compared(({ bytesPerSession }) => bytesPerSession.resident / kib),
      ),
      bars(
        'CPU for each recipient of a message',
        'µs',
        compared(({ cpuPerRecipientUs }) => cpuPerRecipientUs),
      ),
      bars(
        'A message to all, p99',
        'ms',
        compared(({ heardMs }) => heardMs.p99),
      ),
    ];
  },
};

/** Exponents are 1 in proportion to the people and 2 with their square: from halfway on it would be the square. */
const steepest = 1.5;

export const meeting: Exhibit<MeetingResult> = {
  promises: ({ meetings, exponents }) => [
    none(
      'Refused',
      meetings.flatMap(({ refused }) => Object.values(refused)).reduce((sum, count) => sum + count, 0),
    ),
    atMost('Power of the people with which all signaling grows', exponents.signalingBytes, steepest),
    atMost('… CPU of the replica', exponents.replicaCpu, steepest),
    atMost('… CPU of the edges', exponents.edgesCpu, steepest),
    atMost('… memory of the replica', exponents.replicaMemory, steepest),
    atMost('… memory of the edges', exponents.edgesMemory, steepest),
  ],
  plots: ({ meetings }) => {
    const grown = (of: (figures: GatheringFigures) => number) =>
      meetings.map((figures) => ({ x: figures.people, y: of(figures) }));
    return [
      lines('CPU of a join', { x: 'people', y: 'ms' }, [
        { label: 'replica', points: grown(({ cpuMsPerJoin }) => cpuMsPerJoin.replica) },
        { label: 'edges', points: grown(({ cpuMsPerJoin }) => cpuMsPerJoin.edges) },
      ]),
      lines('Signaling that each receives until all are there', { x: 'people', y: 'KiB' }, [
        { label: 'each', points: grown(({ signalingBytesPerPerson }) => signalingBytesPerPerson.coming / kib) },
      ]),
      lines('Memory for each', { x: 'people', y: 'KiB' }, [
        { label: 'replica', points: grown(({ bytesPerPerson }) => bytesPerPerson.replica / kib) },
        { label: 'edges', points: grown(({ bytesPerPerson }) => bytesPerPerson.edges / kib) },
      ]),
    ];
  },
};

export const tiles: Exhibit<TilesResult> = {
  plots: ({ ways, allIsLarger }) => {
    const shown = {
      'what tiles show': ways.tiles,
      'bandwidth saved': ways.saver,
      ...(allIsLarger && { 'all that is sent': ways.all }),
    };
    const rows = (of: (figures: TilesResult['ways']['tiles']) => number): Bar[] =>
      Object.entries(shown).map(([label, figures]) => ({ label, value: of(figures) }));
    return [
      bars(
        'CPU of the browser',
        'cores',
        rows(({ cpu }) => cpu),
      ),
      bars(
        'What it receives',
        'Mbit/s',
        rows(({ receivedBps }) => receivedBps / 1e6),
      ),
      bars(
        'Frames decoded, of all cameras',
        'a second',
        rows(({ framesPerSecond }) => framesPerSecond),
      ),
    ];
  },
};
