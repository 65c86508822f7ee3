import type { CapacityResult } from '../../benches/capacity.ts';
import type { PlacementResult } from '../../benches/placement.ts';
import type { PlannedOrigin } from '../../benches/plan.ts';
import type { ScaleRow, ScaleSeries } from '../../benches/plan-scale.ts';
import type { run as simulate } from '../../benches/simulate.ts';
import { atMost, type Exhibit, none } from '../exhibit.ts';
import { bars, lines } from '../plots.ts';

/** What a core decides, without a network. */

export const plan: Exhibit<PlannedOrigin[]> = {
  plots: (plans) => [
    bars(
      'Cost of a cascade, as a share of a star',
      '',
      plans.map((one) => ({ label: one.origin, value: one.costUsdPerGb / one.starCostUsdPerGb })),
    ),
  ],
};

const planScaleTitles = { twelve: 'Time for a plan', own: 'Time for a plan, each edge in its own region' } as const;

export const planScale: Exhibit<ScaleSeries[]> = {
  plots: (series) => series.map(({ regions, sizes }) => plansBySize(planScaleTitles[regions], sizes)),
};

function plansBySize(title: string, rows: readonly ScaleRow[]) {
  return lines(title, { x: 'edges', y: 'ms' }, [
    { label: 'a plan', points: rows.map(({ edges, planMs }) => ({ x: edges, y: planMs.median })) },
    { label: 'from a current one', points: rows.map(({ edges, replanMs }) => ({ x: edges, y: replanMs.median })) },
    { label: 'a repair', points: rows.map(({ edges, repairMs }) => ({ x: edges, y: repairMs.median })) },
  ]);
}

export const placement: Exhibit<PlacementResult> = {
  plots: ({ throughput, regretMs }) => [
    bars(
      'Placement decisions',
      'a second and core',
      throughput.map(({ edges, decisionsPerSecond }) => ({ label: `${edges} edges`, value: decisionsPerSecond })),
    ),
    bars(
      'Longer than the best edge, mean, by what is known',
      'ms',
      Object.entries(regretMs).map(([label, { mean }]) => ({ label, value: mean })),
    ),
  ],
};

const deepest = 3;

export const simulation: Exhibit<Awaited<ReturnType<typeof simulate>>> = {
  promises: ({ refused, plans }) => [
    none('Refused', refused),
    none('Without a way', plans.unreached),
    atMost('Links on the longest way', plans.deepest, deepest),
  ],
  plots: ({ egress }) => [
    bars('Cost of egress between regions', 'USD/GB', [
      { label: 'Canopy', value: egress.usdPerGb },
      { label: 'nearest edges only', value: egress.nearestOnlyUsdPerGb },
      { label: 'a star', value: egress.starUsdPerGb },
    ]),
  ],
};

export const capacity: Exhibit<CapacityResult> = {
  plots: ({ capacities }) => [
    bars(
      'Edges',
      'edges',
      capacities.map(({ participants, edges }) => ({
        label: `${participants.toLocaleString('en-US')} people`,
        value: edges,
      })),
    ),
    bars(
      'Cost for each participant',
      'USD/h',
      capacities.map(({ participants, usdPerParticipantHour }) => ({
        label: `${participants.toLocaleString('en-US')} people`,
        value: usdPerParticipantHour,
      })),
    ),
  ],
};
