import { z } from 'zod';

/** What earlier runs of `bench all` measured, by their names. */
type Measured = ReadonlyMap<string, object>;

/** One run of `bench all`. */
export interface Run {
  bench: string;
  /** The word after the bench's name. */
  argument?: string;
  /** Those that differ from the bench's defaults, so that all runs fit into half an hour on two cores. */
  options?: Readonly<Record<string, string>>;
  /** Further options, by what was measured before it. */
  optionsFrom?: (measured: Measured) => Readonly<Record<string, string>>;
  /** It is ended after this time, and counts as failed. */
  limitS?: number;
}

/** Enough for each bench that is not listed. */
export const defaultLimitS = 180;

const forwarding = z.object({
  forwarders: z.object({ canopy: z.object({ microsecondsPerPacket: z.object({ median: z.number().positive() }) }) }),
});

/** Where nothing was measured, what is saved counts. */
function usPerPacket(measured: Measured): Record<string, string> {
  const { data } = forwarding.safeParse(measured.get('forwarding'));
  return data === undefined ? {} : { 'us-per-packet': String(data.forwarders.canopy.microsecondsPerPacket.median) };
}

/** In this order: what computes, what one edge does and what follows from that, what a mesh does, and what happens when parts of it are lost. */
export const runs: readonly Run[] = [
  { bench: 'plan' },
  { bench: 'plan-scale', options: { edges: '50,200,500,1000', runs: '3' } },
  { bench: 'placement' },
  { bench: 'simulate', argument: 'flash-webinar-10k' },
  { bench: 'simulate', argument: 'many-small-meetings' },
  { bench: 'simulate', argument: 'region-loss' },
  { bench: 'simulate', argument: 'rolling-drain' },
  { bench: 'simulate', argument: 'world-webinar-100k', options: { viewers: '50000' } },
  { bench: 'forwarding', options: { rounds: '4', seconds: '3' } },
  { bench: 'capacity', optionsFrom: usPerPacket },
  { bench: 'pipe-hop', options: { rounds: '4', seconds: '3', frames: '750' } },
  { bench: 'memory' },
  { bench: 'session-create', options: { rounds: '3' } },
  { bench: 'keyframes', options: { viewers: '300' } },
  { bench: 'thin-links', options: { rounds: '2' } },
  { bench: 'join', options: { joins: '10' } },
  { bench: 'grow', options: { viewers: '300', edges: '4', rate: '20', seconds: '90' }, limitS: 240 },
  { bench: 'meeting', options: { sizes: '50,100', cameras: '10', edges: '2', workers: '3' } },
  { bench: 'tiles', options: { rounds: '1' } },
  { bench: 'signaling', options: { people: '1500', rate: '300', broadcasts: '5' } },
  { bench: 'resume', options: { kills: '4', 'seen-kills': '2' } },
  { bench: 'reconnect', options: { sockets: '300', runs: '2' } },
  { bench: 'worker-loss', options: { kills: '4' } },
  {
    bench: 'failover',
    options: { kills: '8', others: '4', edges: '1', drains: '1', 'decoder-rounds': '1' },
    limitS: 300,
  },
];

/** The runs of every bench there is: as the table says, and those it does not know with their defaults. */
export function runsOf(benches: readonly string[]): Run[] {
  const unlisted = benches.filter((bench) => !runs.some((run) => run.bench === bench));
  return [...runs.filter(({ bench }) => benches.includes(bench)), ...unlisted.map((bench) => ({ bench }))];
}

/** As its result is called: "simulate-region-loss". */
export function nameOf({ bench, argument }: Run): string {
  return argument === undefined ? bench : `${bench}-${argument}`;
}
