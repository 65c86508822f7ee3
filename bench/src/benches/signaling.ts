import { wholeNumber } from '../arguments.ts';
import type { OptionValues } from '../bench.ts';
import { BareWs } from '../signaling/bare-ws.ts';
import { Canopy } from '../signaling/canopy.ts';
import { everybody, measure, type SignalingFigures } from '../signaling/measure.ts';
import { requireOpenFiles } from '../signaling/open-files.ts';
import { SocketIo } from '../signaling/socket-io.ts';
import { rounded } from '../statistics.ts';

export const description =
  'attendees of one webinar on one replica, beside bare ws and socket.io: memory per session, a storm of joins, what a chat message to all costs and how soon all have it';

export const needs = 'services';

export const options = {
  people: { type: 'string', default: '10000', description: 'N: sessions' },
  rate: { type: 'string', default: '1000', description: 'N: joins offered per second' },
  broadcasts: { type: 'string', default: '10', description: 'N: messages to all, one a second' },
} as const;

/** The most that Canopy may take, by what bare ws takes; and ms for a message to all. */
const goals = { memory: 1.5, cpuPerRecipient: 1.5, heardP99Ms: 250 };

export interface SignalingResult {
  people: number;
  offeredJoinsPerSecond: number;
  canopy: SignalingFigures;
  ws: SignalingFigures;
  socketIo: SignalingFigures;
  /** Canopy's by that of the other. */
  ratios: Record<'ws' | 'socketIo', { memory: number; cpuPerRecipient: number }>;
  holds: Record<string, boolean>;
  notes: string[];
}

export async function run(values: OptionValues): Promise<SignalingResult> {
  const size = {
    people: wholeNumber(values, 'people', 1, 15_000) ?? 10_000,
    rate: wholeNumber(values, 'rate', 1, 10_000) ?? 1_000,
    broadcasts: wholeNumber(values, 'broadcasts', 1, 100) ?? 10,
  };
  requireOpenFiles(everybody(size.people));
  const ws = await figuresOf(() => BareWs.start(), size);
  const socketIo = await figuresOf(() => SocketIo.start(), size);
  const canopy = await figuresOf(() => Canopy.start(), size);
  const ratio = (other: SignalingFigures) => ({
    memory: rounded(canopy.bytesPerSession.resident / other.bytesPerSession.resident, 2),
    cpuPerRecipient: rounded(canopy.cpuPerRecipientUs / other.cpuPerRecipientUs, 2),
  });
  const ratios = { ws: ratio(ws), socketIo: ratio(socketIo) };
  return {
    people: size.people,
    offeredJoinsPerSecond: size.rate,
    canopy,
    ws,
    socketIo,
    ratios,
    holds: {
      everybodyJoined: canopy.joins.done === size.people,
      everybodyHeardEverything: canopy.unheard === 0,
      memory: ratios.ws.memory <= goals.memory,
      cpuPerRecipient: ratios.ws.cpuPerRecipient <= goals.cpuPerRecipient,
      messageToAll: canopy.heardMs.p99 <= goals.heardP99Ms,
      messageDuringJoins: canopy.heardDuringJoinsMs.p99 <= goals.heardP99Ms,
    },
    notes: [
      'All clients are in one process on the same machine: what it is late, every server seems to be.',
      'A join to Canopy is authorised, placed, planned and kept in Redis and PostgreSQL; its edge answers at once and has no media. A join to the others opens a socket.',
    ],
  };
}

async function figuresOf(
  start: () => Promise<BareWs | SocketIo | Canopy>,
  size: Parameters<typeof measure>[1],
): Promise<SignalingFigures> {
  await using subject = await start();
  console.error(`${subject.name}: ${size.people} people come`);
  const figures = await measure(subject, size);
  console.error(lineOf(subject.name, figures));
  return figures;
}

function lineOf(name: string, of: SignalingFigures): string {
  const { joins, heardMs, heardDuringJoinsMs, bytesPerSession } = of;
  const failed = Object.entries(joins.failed).map(([reason, count]) => `, ${count} ${reason}`);
  return [
    `${name}: ${joins.done} joined at ${joins.perSecond}/s, ${joins.cpuMs} ms CPU each; ${joins.firstAttemptMs.count} at once (p50 ${joins.firstAttemptMs.p50}, p99 ${joins.firstAttemptMs.p99} ms), all after p99 ${joins.ms.p99} ms, ${joins.refusals} refusals, ${joins.unreached} attempts that reached nobody${failed.join('')}`,
    `  others heard a message meanwhile after p50 ${heardDuringJoinsMs.p50}, p99 ${heardDuringJoinsMs.p99} ms`,
    `  ${bytesPerSession.resident} bytes a session (${bytesPerSession.objects} of objects), ${of.idleCpu} of a core at rest; ${of.residentMiB} MiB for all`,
    `  a message to all after p50 ${heardMs.p50}, p99 ${heardMs.p99} ms, ${of.cpuPerRecipientUs} µs CPU a recipient, ${of.unheard} unheard`,
  ].join('\n');
}

export function summary({
  people,
  offeredJoinsPerSecond,
  canopy,
  ws,
  socketIo,
  ratios,
  holds,
}: SignalingResult): string {
  const broken = Object.entries(holds).flatMap(([promise, kept]) => (kept ? [] : [promise]));
  return [
    `${people} people, ${offeredJoinsPerSecond} joins offered a second`,
    lineOf('Canopy', canopy),
    lineOf('bare ws', ws),
    lineOf('socket.io', socketIo),
    `Canopy's memory is ${ratios.ws.memory} of bare ws and ${ratios.socketIo.memory} of socket.io, its CPU per recipient ${ratios.ws.cpuPerRecipient} and ${ratios.socketIo.cpuPerRecipient}`,
    `not kept: ${broken.join(', ') || 'nothing'}`,
  ].join('\n');
}
