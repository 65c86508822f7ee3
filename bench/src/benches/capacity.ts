import { readFile } from 'node:fs/promises';
import { defaultFanOut, defaultPlanPolicy } from '@canopy/control-plane/core/planning/planner';
import { z } from 'zod';
import { wholeNumber } from '../arguments.ts';
import { BenchError, type OptionValues } from '../bench.ts';
import type { Assumptions } from '../capacity/assumptions.ts';
import { type Capacity, capacityFor } from '../capacity/capacity.ts';
import { type EgressTier, readTiers } from '../capacity/egress.ts';
import { populationShares } from '../capacity/shares.ts';
import { twelveRegions } from '../region-data.ts';

export const description =
  'edges, regions, bandwidth and dollars for so many participants of one webinar, from measured figures and given assumptions';

export const needs = 'node';

export const options = {
  participants: {
    type: 'string',
    default: '1000,10000,100000,1000000',
    description: 'N,N: participants at the same time, spread as people are over the world',
  },
  mbit: { type: 'string', default: '1.5', description: 'X: Mbit/s to each' },
  'packet-bytes': { type: 'string', default: '1100', description: 'N: bytes of a packet' },
  'us-per-packet': {
    type: 'string',
    description: 'X: microseconds of CPU to forward one; as results/forwarding.json has it if not given',
  },
  consumers: { type: 'string', default: '4', description: 'N: tracks each receives' },
  'consumers-per-worker': { type: 'string', default: '2000', description: 'N: of one worker' },
  workers: { type: 'string', default: '16', description: 'N: of one edge, a core each' },
  'edge-gbit': { type: 'string', default: '5', description: 'X: network of one edge, Gbit/s' },
  'load-percent': { type: 'string', default: '60', description: 'N: of an edge that is used at the peak' },
  spare: { type: 'string', default: '1', description: 'N: edges more than needed in each region' },
  'open-from': { type: 'string', default: '50', description: 'N: participants from which a region is opened' },
  'stage-mbit': { type: 'string', default: '15', description: 'X: of all that a link carries, Mbit/s' },
  'fan-out': { type: 'string', default: String(defaultFanOut), description: 'N: links that may start at one edge' },
  depth: {
    type: 'string',
    default: String(defaultPlanPolicy.maxDepth),
    description: 'N: links from the origin to any edge',
  },
  'sessions-per-replica': { type: 'string', default: '10000', description: 'N: of the control plane' },
  'edge-usd-per-hour': { type: 'string', default: '0.714', description: 'X: price of one edge' },
  'replica-usd-per-hour': { type: 'string', default: '0.17', description: 'X: price of one replica' },
  'services-usd-per-hour': {
    type: 'string',
    default: '0.86',
    description: 'X: price of PostgreSQL, Redis, NATS, load balancers and the host that observes, all together',
  },
  'internet-usd-per-gb': {
    type: 'string',
    default: '0:0.09,10:0.085,50:0.07,150:0.05',
    description: 'N:X,N:X: egress to participants from N TB of a month on; X: one price for all of it',
  },
  'hours-per-month': { type: 'string', default: '100', description: 'N: with so many participants' },
} as const;

export interface CapacityResult {
  assumptions: Assumptions;
  capacities: Capacity[];
}

export async function run(values: OptionValues): Promise<CapacityResult> {
  const data = await twelveRegions();
  const shares = populationShares(data);
  const assumptions: Assumptions = {
    mbit: positive(values, 'mbit'),
    packetBytes: positive(values, 'packet-bytes'),
    usPerPacket:
      values['us-per-packet'] === undefined ? await measuredUsPerPacket() : positive(values, 'us-per-packet'),
    consumers: positive(values, 'consumers'),
    consumersPerWorker: positive(values, 'consumers-per-worker'),
    workers: positive(values, 'workers'),
    edgeGbit: positive(values, 'edge-gbit'),
    loadPercent: wholeNumber(values, 'load-percent', 1, 100) ?? 0,
    spare: wholeNumber(values, 'spare', 0, 1_000) ?? 0,
    openFrom: wholeNumber(values, 'open-from', 1, 1_000_000) ?? 0,
    stageMbit: positive(values, 'stage-mbit'),
    fanOut: wholeNumber(values, 'fan-out', 1, 1_000) ?? 0,
    depth: wholeNumber(values, 'depth', 1, 100) ?? 0,
    sessionsPerReplica: positive(values, 'sessions-per-replica'),
    edgeUsdPerHour: positive(values, 'edge-usd-per-hour'),
    replicaUsdPerHour: positive(values, 'replica-usd-per-hour'),
    servicesUsdPerHour: positive(values, 'services-usd-per-hour'),
    internetTiers: tiers(values, 'internet-usd-per-gb'),
    hoursPerMonth: positive(values, 'hours-per-month'),
  };
  const sizes = String(values.participants).split(',');
  const capacities = sizes.map((size) => capacityFor(countOf(size), shares, data, assumptions));
  return { assumptions, capacities };
}

const forwarding = z.object({
  result: z.object({
    forwarders: z.object({ canopy: z.object({ microsecondsPerPacket: z.object({ median: z.number() }) }) }),
  }),
});

/** The median that `bench forwarding` saved. */
async function measuredUsPerPacket(): Promise<number> {
  const saved = await readFile(new URL('../../results/forwarding.json', import.meta.url), 'utf8');
  return forwarding.parse(JSON.parse(saved)).result.forwarders.canopy.microsecondsPerPacket.median;
}

function countOf(text: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && count >= 1 && count <= 2_000_000) return count;
  throw new BenchError(`--participants takes whole numbers from 1 to 2000000 with commas, not "${text}".`);
}

function positive(values: OptionValues, option: string): number {
  const number = Number(values[option]);
  if (Number.isFinite(number) && number > 0) return number;
  throw new BenchError(`--${option} takes a number above 0, not "${values[option]}".`);
}

function tiers(values: OptionValues, option: string): EgressTier[] {
  const read = readTiers(String(values[option]));
  if (read !== undefined) return read;
  throw new BenchError(`--${option} takes a price, or TB:price,TB:price from 0 TB on, not "${values[option]}".`);
}

export function summary({ capacities }: CapacityResult): string {
  const rows = capacities.map((of) =>
    [
      String(of.participants).padStart(9),
      String(Object.keys(of.regions).length).padStart(8),
      `${of.edges} (${of.perEdge} each, ${of.limitedBy})`.padStart(28),
      String(of.replicas).padStart(9),
      String(of.egressGbit).padStart(9),
      `${of.cascade.depth}${of.cascade.unreached > 0 ? `, ${of.cascade.unreached} unreached` : ''}`.padStart(19),
      of.usdPerHour.edges.toFixed(0).padStart(8),
      of.usdPerHour.internet.toFixed(0).padStart(9),
      of.usdPerHour.betweenRegions.toFixed(2).padStart(8),
      of.usdPerHour.backups.toFixed(2).padStart(9),
      (of.usdPerHour.controlPlane + of.usdPerHour.services).toFixed(0).padStart(8),
      of.usdPerHour.total.toFixed(0).padStart(9),
      of.usdPerParticipantHour.toFixed(4).padStart(9),
    ].join(''),
  );
  return [
    '   people regions                       edges replicas   Gbit/s              depth   $/h of  internet  between  backups    rest      all  a person',
    ...rows,
  ].join('\n');
}
