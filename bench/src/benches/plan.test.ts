import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { z } from 'zod';

const bench = fileURLToPath(new URL('../main.ts', import.meta.url));

const byEdge = <T extends z.ZodType>(value: T) => z.record(z.string(), value);

/** Others read this: fields may be added, none may go or change. */
const output = z.array(
  z.looseObject({
    origin: z.string(),
    parents: byEdge(z.string()),
    backupParents: byEdge(z.string()),
    relays: z.array(z.string()),
    costUsdPerGb: z.number().positive(),
    starCostUsdPerGb: z.number().positive(),
    latencyMs: byEdge(z.number().positive()),
    shortestMs: byEdge(z.number().positive()),
    stretch: z.object({ mean: z.number().min(1), p99: z.number().min(1) }),
    planMs: z.number().positive(),
  }),
);

async function planned(...options: string[]) {
  const command = ['--conditions', 'development', bench, 'plan', '--json', ...options];
  return output.parse(JSON.parse((await promisify(execFile)(process.execPath, command)).stdout));
}

test('prints the cascade of one origin, with every edge in each of its fields', async () => {
  const members = ['us-east-1', 'sa-east-1', 'ap-southeast-2'];
  const [plan, ...others] = await planned('--origin', 'eu-central-1', '--members', members.join());
  expect(others).toEqual([]);
  expect(plan?.origin).toBe('eu-central-1');
  const edges = [...members, ...(plan?.relays ?? [])].sort();
  for (const field of ['parents', 'latencyMs', 'shortestMs'] as const)
    expect(Object.keys(plan?.[field] ?? {}).sort()).toEqual(edges);
  for (const parentId of Object.values(plan?.parents ?? {})) expect(['eu-central-1', ...edges]).toContain(parentId);
});

test('plans every region in turn, within the goals', async () => {
  const plans = await planned('--origin', 'all');
  expect(plans).toHaveLength(12);
  const sum = (of: (plan: (typeof plans)[number]) => number) => plans.reduce((total, plan) => total + of(plan), 0);
  expect(sum((plan) => plan.costUsdPerGb) / sum((plan) => plan.starCostUsdPerGb)).toBeLessThanOrEqual(0.557);
  expect(sum((plan) => plan.stretch.mean) / plans.length).toBeLessThanOrEqual(1.02);
});

test('keeps the bounds that are asked for', async () => {
  const plans = await planned('--max-fan-out', '2', '--max-depth', '4');
  for (const { parents } of plans) {
    const children = Map.groupBy(Object.values(parents), (parentId) => parentId);
    expect(Math.max(...[...children.values()].map(({ length }) => length))).toBeLessThanOrEqual(2);
  }
});
