import { wholeNumber } from '../arguments.ts';
import type { OptionValues } from '../bench.ts';
import { cameraParameters } from '../edge/camera-peer.ts';
import { edgeCpu, usedBetween } from '../edge/edge-cpu.ts';
import { LiveEdge } from '../edge/live-edge.ts';
import { ViewerPeer } from '../edge/viewer-peer.ts';
import { inParallel } from '../grow/in-parallel.ts';
import { loadNote } from '../machine-load.ts';
import { type Spread, spread } from '../statistics.ts';

export const description =
  'sessions an edge opens in a second: asked over gRPC alone, and by peers that shake hands (ICE, DTLS), for each core of worker and Node';

export const needs = 'code';

export const options = {
  sessions: { type: 'string', default: '400', description: 'N: sessions opened over gRPC, in each round' },
  joins: { type: 'string', default: '100', description: 'N: peers that connect, in each round' },
  rounds: { type: 'string', default: '5', description: 'N: times that both are done' },
  'at-once': { type: 'string', default: '16', description: 'N: under way at the same time' },
} as const;

interface Created {
  count: number;
  /** As the clock has it; the bench’s own peers are on the same machine. */
  perSecond: Spread;
  /** CPU for each, opened and closed again. */
  workerMs: Spread;
  nodeMs: Spread;
  /** A second of a core divided by that CPU. */
  perWorkerCore: Spread;
  perNodeCore: Spread;
}

export interface SessionCreateResult {
  rounds: number;
  atOnce: number;
  /** A transport with one consumer each, asked for by the control plane’s interface. */
  api: Created;
  /** The same, and a peer that connects. */
  joins: Created;
  notes: string[];
}

const trackId = 'camera';

export async function run(values: OptionValues): Promise<SessionCreateResult> {
  const sessions = wholeNumber(values, 'sessions', 1, 10_000) ?? 400;
  const joins = wholeNumber(values, 'joins', 1, 10_000) ?? 100;
  const rounds = wholeNumber(values, 'rounds', 1, 100) ?? 5;
  const atOnce = wholeNumber(values, 'at-once', 1, 1_000) ?? 16;
  const notes = [loadNote(), 'Nothing is sent on the track: media is not in these figures.'];
  await using edge = await LiveEdge.start();
  await edge.admit('publisher', { canPublish: true });
  await edge.publish('publisher', trackId, cameraParameters(1_000));
  const open = async (participantId: string) => {
    await edge.admit(participantId, { trackIds: [trackId] });
    return undefined;
  };
  const join = (participantId: string) => ViewerPeer.join(edge, participantId, [trackId]);
  const asked: Round[] = [];
  const joined: Round[] = [];
  // Once for nothing: code is compiled, and memory is there, as on an edge that has served for a while.
  await play(edge, 'first', Math.min(sessions, 100), atOnce, open);
  for (let number = 1; number <= rounds; number++) {
    asked.push(await play(edge, `asked-${number}`, sessions, atOnce, open));
    joined.push(await play(edge, `joined-${number}`, joins, atOnce, join));
    console.error(`round ${number} of ${rounds}: ${asked.at(-1)?.perSecond.toFixed(0)} sessions a second`);
  }
  return { rounds, atOnce, api: created(sessions, asked), joins: created(joins, joined), notes };
}

interface Round {
  perSecond: number;
  workerMs: number;
  nodeMs: number;
}

/** Opens so many, and closes them again. Peers stay until the edge knows nothing of them any more: it would take a newcomer on the port of one who left for that one. */
async function play(
  edge: LiveEdge,
  name: string,
  count: number,
  atOnce: number,
  open: (participantId: string) => Promise<Disposable | undefined>,
): Promise<Round> {
  using peers = new DisposableStack();
  const ids = Array.from({ length: count }, (_, number) => `${name}-${number}`);
  const before = edgeCpu(edge.process);
  const startedAt = performance.now();
  await inParallel(ids, atOnce, async (id) => {
    const peer = await open(id);
    peers.use(peer);
  });
  const seconds = (performance.now() - startedAt) / 1_000;
  await inParallel(ids, atOnce, (id) => edge.dismiss(id));
  const used = usedBetween(before, edgeCpu(edge.process));
  return { perSecond: count / seconds, workerMs: used.worker / count, nodeMs: used.node / count };
}

function created(count: number, rounds: readonly Round[]): Created {
  return {
    count,
    perSecond: spread(rounds.map(({ perSecond }) => perSecond)),
    workerMs: spread(
      rounds.map(({ workerMs }) => workerMs),
      3,
    ),
    nodeMs: spread(
      rounds.map(({ nodeMs }) => nodeMs),
      3,
    ),
    perWorkerCore: spread(
      rounds.map(({ workerMs }) => 1_000 / workerMs),
      0,
    ),
    perNodeCore: spread(
      rounds.map(({ nodeMs }) => 1_000 / nodeMs),
      0,
    ),
  };
}

export function summary({ api, joins, notes }: SessionCreateResult): string {
  const show = ({ median, least, most }: Spread) => `${median} (${least} to ${most})`;
  const line = (name: string, of: Created) =>
    `${name} ${show(of.perSecond)} a second; each takes ${show(of.workerMs)} ms of the worker and ${show(of.nodeMs)} ms of Node: ${of.perWorkerCore.median} for each worker core, ${of.perNodeCore.median} for each Node core`;
  return [line('over gRPC ', api), line('real joins', joins), ...notes].join('\n');
}
