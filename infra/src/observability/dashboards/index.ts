import { edge } from './edge.ts';
import { meetings } from './meetings.ts';
import { mesh } from './mesh.ts';
import type { Dashboard } from './panel.ts';
import { region } from './region.ts';
import { signaling } from './signaling.ts';
import { slo } from './slo.ts';

/** Every dashboard; `npx vitest run --project unit infra/src/observability -u` writes their files. */
export const dashboards: readonly Dashboard[] = [mesh, region, edge, meetings, signaling, slo];
