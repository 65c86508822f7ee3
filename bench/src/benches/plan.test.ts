import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { seededRandom } from '../random.ts';
import { run, summary } from './plan.ts';

const bench = fileURLToPath(new URL('../main.ts', import.meta.url));
const twelveRegions = fileURLToPath(new URL('../../data/aws-12-regions.json', import.meta.url));

const byEdge = <T extends z.ZodType>(value: T) => z.record(z.string(), value);

/** Others read this: fields may be added, none may go or change. */
const output = z.array(
  z.looseObject({
    origin: z.string(),
    parents: byEdge(z.string()),
    backupParents: byEdge(z.string()),
    relays: z.array(z.string()),
    costUsdPerGb: z.number().nonnegative(),
    starCostUsdPerGb: z.number().nonnegative(),
    latencyMs: byEdge(z.number().positive()),
    shortestMs: byEdge(z.number().positive()),
    stretch: z.object({ mean: z.number().min(1), p99: z.number().min(1) }),
    planMs: z.number().positive(),
    reasons: byEdge(z.string()),
    unreached: z.array(z.object({ edgeId: z.string(), because: z.string() })),
  }),
);

type Plan = z.output<typeof output>[number];
type Amounts = Record<string, Record<string, number>>;

interface RegionFile {
  rttMs: Amounts;
  egressUsdPerGb: Amounts;
}

interface Wish {
  input?: string;
  origin?: string;
  members?: string[];
  maxFanOut?: number;
  maxDepth?: number;
}

/** What the bench prints, checked against what was asked of it. */
async function planned(wish: Wish, print = printedHere): Promise<Plan[]> {
  const { input, origin, members, maxFanOut, maxDepth } = wish;
  const given = { input, origin, members: members?.join(), 'max-fan-out': maxFanOut, 'max-depth': maxDepth };
  const options = Object.entries(given).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as const],
  );
  const plans = output.parse(JSON.parse(await print(Object.fromEntries(options))));
  const file: RegionFile = JSON.parse(await readFile(input ?? twelveRegions, 'utf8'));
  for (const plan of plans) check(plan, file, wish);
  return plans;
}

type Options = Readonly<Record<string, string>>;

async function printedHere(options: Options): Promise<string> {
  return JSON.stringify(await run(options));
}

/** By the command, as others run it. */
async function printed(options: Options): Promise<string> {
  const given = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
  const command = ['--conditions', 'development', bench, 'plan', '--json', ...given];
  return (await promisify(execFile)(process.execPath, command)).stdout;
}

const relayMs = 1;

/** Works everything out anew from the file and from what was printed, with nothing of the planner's. */
function check(plan: Plan, file: RegionFile, wish: Wish): void {
  const { members, maxFanOut = Number.POSITIVE_INFINITY, maxDepth = 3 } = wish;
  const { origin, parents, backupParents, relays } = plan;
  const wanted = (members ?? regionsOf(file)).filter((id) => id !== origin);
  const unreached = plan.unreached.map(({ edgeId }) => edgeId);
  const reached = wanted.filter((id) => !unreached.includes(id));
  const edges = Object.keys(parents);
  expect(edges.toSorted()).toEqual([...reached, ...relays].sort());
  for (const field of ['latencyMs', 'shortestMs', 'reasons'] as const)
    expect(Object.keys(plan[field]).sort()).toEqual(edges.toSorted());

  const shortest = shortestOf(file, origin);
  for (const id of edges) {
    const way = wayTo(plan, id);
    expect(way.length - 1).toBeLessThanOrEqual(maxDepth);
    const latencyMs = way.slice(1).reduce((sum, to, at) => sum + rttMs(file, way[at], to) / 2, 0);
    expect(plan.latencyMs[id]).toBeCloseTo(latencyMs + (way.length - 2) * relayMs, 6);
    const shortestMs = shortest.get(id) ?? Number.NaN;
    expect(plan.shortestMs[id]).toBeCloseTo(shortestMs, 6);
    const boundMs = Math.max(1.1 * shortestMs, shortestMs + 10);
    if (plan.reasons[id] !== 'only-way' && !relays.includes(id))
      expect(plan.latencyMs[id]).toBeLessThanOrEqual(boundMs + 1e-6);
  }
  const forwards = Map.groupBy(Object.values(parents), (parentId) => parentId);
  for (const children of forwards.values()) expect(children.length).toBeLessThanOrEqual(maxFanOut);
  expect(relays.filter((id) => !forwards.has(id))).toEqual([]);
  for (const [id, backupId] of Object.entries(backupParents)) {
    expect(backupId).not.toBe(parents[id]);
    expect(wayTo(plan, backupId)).not.toContain(id);
  }

  const usd = (from: string | undefined, to: string) => file.egressUsdPerGb[from ?? '']?.[to] ?? Number.NaN;
  expect(plan.costUsdPerGb).toBeCloseTo(sum(edges.map((id) => usd(parents[id], id))), 9);
  expect(plan.starCostUsdPerGb).toBeCloseTo(sum(reached.map((id) => usd(origin, id))), 9);
  const stretches = reached.map((id) => (plan.latencyMs[id] ?? Number.NaN) / (plan.shortestMs[id] ?? Number.NaN));
  const nearestRank = stretches.toSorted((a, b) => a - b)[Math.ceil(0.99 * stretches.length) - 1] ?? 1;
  expect(plan.stretch.mean).toBeCloseTo(reached.length === 0 ? 1 : sum(stretches) / reached.length, 9);
  expect(plan.stretch.p99).toBeCloseTo(nearestRank, 9);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function regionsOf({ rttMs }: RegionFile): string[] {
  return [...new Set([...Object.keys(rttMs), ...Object.values(rttMs).flatMap((row) => Object.keys(row))])];
}

function rttMs({ rttMs }: RegionFile, from = '', to = ''): number {
  return rttMs[from]?.[to] ?? rttMs[to]?.[from] ?? Number.NaN;
}

/** From the origin to the edge, both included. Throws where parents lead in a circle. */
function wayTo({ origin, parents }: Plan, id: string): string[] {
  const way = [id];
  for (let at = id; at !== origin; way.unshift(at)) {
    at = parents[at] ?? '';
    if (at === '' || way.includes(at)) throw new Error(`from ${way.join()} no way leads to ${origin}`);
  }
  return way;
}

/** By region, over any others (Bellman and Ford). */
function shortestOf(file: RegionFile, origin: string): Map<string, number> {
  const ids = regionsOf(file).filter((id) => id !== origin);
  const shortest = new Map(ids.map((id) => [id, rttMs(file, origin, id) / 2]));
  for (const _ of ids)
    for (const [via, ms] of shortest)
      for (const [to, known] of shortest)
        if (via !== to)
          shortest.set(to, Math.min(known, shortest.get(to) ?? 0, ms + relayMs + rttMs(file, via, to) / 2));
  return shortest;
}

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'canopy-plan-'));
});

afterAll(() => rm(folder, { recursive: true }));

/** A file with no `regions`, another price for each pair, and each way another round trip. */
async function unevenFile(mostMs: number): Promise<string> {
  const random = seededRandom(mostMs);
  const ids = Array.from({ length: 9 }, (_, index) => `r${index}`);
  const amounts = (draw: () => number): Amounts =>
    Object.fromEntries(
      ids.map((from) => [from, Object.fromEntries(ids.filter((to) => to !== from).map((to) => [to, draw()]))]),
    );
  const file = join(folder, `uneven-${mostMs}.json`);
  const prices = amounts(() => (1 + random.index(150)) / 1_000);
  await writeFile(file, JSON.stringify({ rttMs: amounts(() => 1 + random.index(mostMs)), egressUsdPerGb: prices }));
  return file;
}

describe('a plan', () => {
  test('of every region in turn is within the goals, as the command prints it', async () => {
    const plans = await planned({ origin: 'all' }, printed);
    expect(plans).toHaveLength(12);
    const total = (of: (plan: Plan) => number) => sum(plans.map(of));
    expect(total((plan) => plan.costUsdPerGb) / total((plan) => plan.starCostUsdPerGb)).toBeLessThanOrEqual(0.557);
    expect(total((plan) => plan.stretch.mean) / plans.length).toBeLessThanOrEqual(1.02);
    for (const plan of plans) {
      expect(plan.unreached).toEqual([]);
      expect(Object.values(plan.reasons)).not.toContain('only-way');
    }
  });

  test('of one origin leads to the members alone, and to who relays for them', async () => {
    const members = ['us-east-1', 'sa-east-1', 'ap-southeast-2'];
    const plans = await planned({ origin: 'eu-central-1', members });
    expect(plans.map(({ origin }) => origin)).toEqual(['eu-central-1']);
  });

  test.each([
    ['two links from an edge, four levels', { maxFanOut: 2, maxDepth: 4 }],
    ['three links from an edge', { maxFanOut: 3 }],
    ['one level', { maxDepth: 1 }],
  ])('keeps the bounds that are asked for: %s', async (_title, bounds) => {
    for (const { unreached } of await planned(bounds)) expect(unreached).toEqual([]);
  });

  test.each([40, 300])(
    'takes a file without regions, and round trips up to %d ms, each way another',
    async (mostMs) => {
      const input = await unevenFile(mostMs);
      expect(await planned({ input })).toHaveLength(9);
      for (const maxFanOut of [1, 2, 3]) await planned({ input, members: ['r1', 'r4', 'r5', 'r8'], maxFanOut });
    },
  );

  test('says whom its limits leave no place for, and counts the others', async () => {
    const [plan] = await planned({ origin: 'eu-central-1', maxFanOut: 1 });
    expect(Object.keys(plan?.parents ?? {})).toHaveLength(3);
    expect(plan?.unreached).toHaveLength(8);
    expect(summary(await run({ origin: 'eu-central-1', 'max-fan-out': '1' }))).toContain('8 unreached');
  });

  test('of an origin that alone wants its tracks is empty', async () => {
    const [plan] = await planned({ origin: 'eu-central-1', members: ['eu-central-1'] });
    expect(plan).toMatchObject({ parents: {}, unreached: [], costUsdPerGb: 0, starCostUsdPerGb: 0 });
  });

  test.each([
    [{ members: '' }, '--members: there is no region "". There are: '],
    [{ members: 'us-east-1,atlantis' }, '--members: there is no region "atlantis". There are: '],
    [{ origin: 'atlantis' }, '--origin: there is no region "atlantis". There are: '],
    [{ 'max-fan-out': '0' }, '--max-fan-out takes a whole number from 1 to'],
    [{ input: '/nowhere.json' }, 'Cannot read /nowhere.json'],
  ])('is not made of %j', async (options, message) => {
    await expect(run(options)).rejects.toThrow(message);
  });

  test('that cannot be made is told in one line, and by the exit code', async () => {
    await expect(printed({ members: '' })).rejects.toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^--members: there is no region[^\n]+\n$/),
    });
  });
});
