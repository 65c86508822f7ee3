import { readFile } from 'node:fs/promises';
import type { MeshView, PlanEdge } from '@canopy/control-plane/core/planning/planner';
import { z } from 'zod';
import { BenchError } from './bench.ts';

const amounts = z.record(z.string(), z.record(z.string(), z.number().nonnegative()));

const place = z.object({ latitude: z.number(), longitude: z.number() });

const schema = z.object({
  /** Few ask where regions are: entries that do not tell it, or in another way, say nothing. */
  regions: z.record(z.string(), place.optional().catch(undefined)).catch({}),
  rttMs: amounts,
  egressUsdPerGb: amounts,
});

/** Round trips and prices between regions, complete for every pair of `ids`. */
export interface RegionData {
  ids: readonly string[];
  /** Places, where the file tells them. */
  places: ReadonlyMap<string, { latitude: number; longitude: number }>;
  /** ms; from the other direction where only that is given. */
  rttMs(a: string, b: string): number;
  /** US dollars per GB leaving `from`. */
  egressUsdPerGb(from: string, to: string): number;
}

/** Reads a file in the format of bench/data/aws-12-regions.json. */
export async function readRegionData(file: string | URL): Promise<RegionData> {
  const shown = file instanceof URL ? file.pathname : file;
  return parseRegionData(shown, await readJson(file, shown));
}

export function parseRegionData(shown: string, json: unknown): RegionData {
  const parsed = schema.safeParse(json);
  if (!parsed.success) {
    const problems = parsed.error.issues.slice(0, 5).map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new BenchError(`${shown} is not region data: ${problems.join('; ')}.`);
  }
  const { rttMs, egressUsdPerGb, regions } = parsed.data;
  const ids = [...new Set([...Object.keys(rttMs), ...Object.values(rttMs).flatMap((row) => Object.keys(row))])];
  if (ids.length < 2) throw new BenchError(`${shown} needs at least two regions in rttMs.`);
  const rtt = (a: string, b: string) => rttMs[a]?.[b] ?? rttMs[b]?.[a];
  const price = (from: string, to: string) => egressUsdPerGb[from]?.[to];
  for (const a of ids) {
    for (const b of ids) {
      if (a === b) continue;
      if (!rtt(a, b)) throw new BenchError(`${shown} has no rttMs between ${a} and ${b}, or it is 0.`);
      if (price(a, b) === undefined) throw new BenchError(`${shown} has no egressUsdPerGb from ${a} to ${b}.`);
    }
  }
  return {
    ids,
    places: new Map(Object.entries(regions).flatMap(([id, at]) => (at === undefined ? [] : [[id, at] as const]))),
    rttMs: tableOf(ids, (a, b) => rtt(a, b) ?? 0),
    egressUsdPerGb: tableOf(ids, (from, to) => price(from, to) ?? 0),
  };
}

/** The values between any two of the ids, 0 from one to itself: a planner asks for each a few times, a million of them for a thousand regions. */
export function tableOf(
  ids: readonly string[],
  value: (from: string, to: string) => number,
): (from: string, to: string) => number {
  const indexes = new Map(ids.map((id, index) => [id, index]));
  const rows = ids.map((to) => Float64Array.from(ids, (from) => (from === to ? 0 : value(from, to))));
  return (from, to) => rows[indexes.get(to) ?? -1]?.[indexes.get(from) ?? -1] ?? 0;
}

async function readJson(file: string | URL, shown: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new BenchError(`Cannot read ${shown}: ${error instanceof Error ? error.message : String(error)}`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new BenchError(`${shown} is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Round trip between two edges of one region, ms. */
const insideRegionMs = 0.6;

/** The data as a mesh of one edge per region, whose id is the region's name. */
export function meshOf(data: RegionData, maxFanOut: number): MeshView {
  return meshOfEdges(
    data,
    data.ids.map((id) => ({ id, region: id, load: 0, maxFanOut, usable: true })),
  );
}

/** A mesh of edges in the data's regions; traffic inside a region is free. */
export function meshOfEdges(data: RegionData, edges: readonly PlanEdge[]): MeshView {
  const byId = new Map(edges.map((edge) => [edge.id, edge]));
  const region = (id: string) => byId.get(id)?.region ?? id;
  return {
    edges: byId,
    rttMs(a, b) {
      const [from, to] = [region(a), region(b)];
      return from === to ? insideRegionMs : data.rttMs(from, to);
    },
    loss: () => 0,
    isLost: () => false,
    egressUsdPerGb: (from, to) => data.egressUsdPerGb(region(from), region(to)),
  };
}

/** The 12 regions of bench/data. */
export function twelveRegions(): Promise<RegionData> {
  return readRegionData(new URL('../data/aws-12-regions.json', import.meta.url));
}
