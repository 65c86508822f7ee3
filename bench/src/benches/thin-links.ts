import { setTimeout as delay } from 'node:timers/promises';
import { wholeNumber } from '../arguments.ts';
import type { OptionValues } from '../bench.ts';
import { percentile, rounded, type Spread, spread } from '../statistics.ts';
import { type KeyFrameRequests, layerBytes } from '../thin-links/party.ts';
import { type Flow, ThinMesh } from '../thin-links/thin-mesh.ts';

export const description =
  'viewers two hops away shrink their tiles and enlarge them again: bytes that links no longer carry, time until a higher layer is seen';

export const needs = 'services';

export const options = {
  meetings: { type: 'string', default: '10', description: 'N: meetings, each of one publisher and one viewer' },
  rounds: { type: 'string', default: '4', description: 'N: times that all tiles shrink and grow, some 30 s each' },
} as const;

/** One link, of all meetings; the shares are of pairs measured one after the other. */
interface LinkResult {
  /** While every viewer has a large tile, so that every layer flows. */
  allKbps: Spread;
  /** While every viewer has a small one. */
  thinKbps: Spread;
  /** Bytes that are no longer sent, 0 to 1. */
  saved: Spread;
}

export interface ThinLinksResult {
  meetings: number;
  rounds: number;
  originToRelay: LinkResult;
  relayToLeaf: LinkResult;
  /** Of one core, by the relay; `saved` as above. */
  relayCpu: { all: Spread; thin: Spread; saved: Spread };
  /** From the moment a viewer asks for the highest layer, of which nothing flows, to its first packet. The goal is 1,000 ms. */
  higherLayerMs: { count: number; p50: number; p95: number; max: number };
  /** At a publisher, from a round's first ask until two seconds after its last: of one stream within 500 ms, and for all three. */
  keyFrameRequests: { mostPer500Ms: number; perAsk: number };
  notes: string[];
}

interface Round {
  all: Flow;
  thin: Flow;
  seenMs: number[];
  keyFrameRequests: KeyFrameRequests[];
}

const apartMs = 150;
const afterwardsMs = 2_000;

export async function run(values: OptionValues): Promise<ThinLinksResult> {
  const meetings = wholeNumber(values, 'meetings', 1, 100) ?? 10;
  const rounds = wholeNumber(values, 'rounds', 1, 100) ?? 4;
  await using mesh = await ThinMesh.start(meetings);
  const played: Round[] = [];
  for (let number = 1; number <= rounds; number++) {
    const round = await play(mesh);
    played.push(round);
    const share = rounded(1 - round.thin.leafBps / round.all.leafBps, 3);
    const slowest = rounded(Math.max(...round.seenMs));
    console.error(`round ${number} of ${rounds}: ${share} of the bytes saved, slowest ask ${slowest} ms`);
  }
  return judge(meetings, played);
}

async function play(mesh: ThinMesh): Promise<Round> {
  const { parties } = mesh;
  const all = await mesh.measure(layerBytes.length);
  await Promise.all(parties.map((party) => party.shrink()));
  const thin = await mesh.measure(1);
  const since = performance.now();
  const asks = await Promise.all(
    parties.map(async (party, at) => {
      await delay(at * apartMs);
      return party.enlarge();
    }),
  );
  await delay(afterwardsMs);
  return {
    all,
    thin,
    seenMs: asks.map(({ seenMs }) => seenMs),
    keyFrameRequests: parties.map((party) => party.keyFrameRequestsSince(since)),
  };
}

function judge(meetings: number, rounds: readonly Round[]): ThinLinksResult {
  const link = (read: (flow: Flow) => number): LinkResult => ({
    allKbps: spread(rounds.map(({ all }) => read(all) / 1e3)),
    thinKbps: spread(rounds.map(({ thin }) => read(thin) / 1e3)),
    saved: savedOf(rounds, read),
  });
  const seenMs = rounds.flatMap((round) => round.seenMs);
  const requests = rounds.flatMap(({ keyFrameRequests }) => keyFrameRequests);
  return {
    meetings,
    rounds: rounds.length,
    originToRelay: link(({ relayBps }) => relayBps),
    relayToLeaf: link(({ leafBps }) => leafBps),
    relayCpu: {
      all: spread(
        rounds.map(({ all }) => all.relayCpu),
        3,
      ),
      thin: spread(
        rounds.map(({ thin }) => thin.relayCpu),
        3,
      ),
      saved: savedOf(rounds, ({ relayCpu }) => relayCpu),
    },
    higherLayerMs: {
      count: seenMs.length,
      p50: rounded(percentile(seenMs, 50)),
      p95: rounded(percentile(seenMs, 95)),
      max: rounded(percentile(seenMs, 100)),
    },
    keyFrameRequests: {
      mostPer500Ms: Math.max(0, ...requests.map(({ mostPer500Ms }) => mostPer500Ms)),
      perAsk: rounded(requests.reduce((sum, { total }) => sum + total, 0) / requests.length),
    },
    notes: [
      `Frames of ${layerBytes.join(', ')} bytes, 30 a second: the proportions of a browser’s layers, at a fifth of its bitrate.`,
      'One machine, no added delay: in a mesh, two round trips on each link and one to the publisher add themselves to an ask.',
      'Viewers are plain RTP: mediasoup estimates no bandwidth for them. For a browser it waits until a layer has flowed for two seconds.',
    ],
  };
}

function savedOf(rounds: readonly Round[], read: (flow: Flow) => number): Spread {
  return spread(
    rounds.map(({ all, thin }) => 1 - read(thin) / read(all)),
    3,
  );
}

export function summary(result: ThinLinksResult): string {
  const { originToRelay, relayToLeaf, relayCpu, higherLayerMs: seen, keyFrameRequests } = result;
  const show = ({ median, least, most }: Spread) => `${median} (${least} to ${most})`;
  const link = (name: string, { allKbps, thinKbps, saved }: LinkResult) =>
    `${name}: ${show(allKbps)} kbit/s, thin ${show(thinKbps)}; saved ${show(saved)}`;
  return [
    `${result.meetings} meetings, ${result.rounds} rounds`,
    link('origin to relay', originToRelay),
    link('relay to leaf', relayToLeaf),
    `relay: ${show(relayCpu.all)} of a core, thin ${show(relayCpu.thin)}; saved ${show(relayCpu.saved)}`,
    `a higher layer is seen after p50 ${seen.p50} ms, p95 ${seen.p95} ms, at most ${seen.max} ms; ${seen.count} asks`,
    `keyframe requests at a publisher: at most ${keyFrameRequests.mostPer500Ms} per stream and 500 ms, ${keyFrameRequests.perAsk} for each ask`,
  ].join('\n');
}
