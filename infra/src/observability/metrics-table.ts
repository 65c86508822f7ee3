import { Metrics as ReplicaMetrics } from '@canopy/control-plane/metrics';
import { Metrics as EdgeMetrics } from '@canopy/edge-node/metrics';

/** One metric as it is scraped. */
export interface MetricRow {
  name: string;
  type: string;
  help: string;
  labels: readonly string[];
}

const idleReplica: Parameters<ReplicaMetrics['observe']>[0] = {
  connections: () => 0,
  rooms: () => [],
  edges: () => [],
  services: () => ({ database: async () => true, redis: async () => true, bus: async () => true }),
  busRoundTrip: async () => [],
  busServers: async () => [],
  geoBuiltAt: () => undefined,
  recordings: async () => undefined,
  certificates: undefined,
};

const idleEdge: Parameters<EdgeMetrics['observe']>[0] = {
  workers: () => [],
  counts: () => ({
    meetings: 0,
    sessions: 0,
    publishedTracks: 0,
    pulledTracks: 0,
    parentLinks: 0,
    childLinks: 0,
    demand: 0,
    hushedTracks: 0,
    layersCarried: 0,
    layersTotal: 0,
  }),
  links: async () => [],
  egressBps: () => 0,
  egressCapacityBps: 0,
  draining: () => false,
  busConnected: () => true,
  busRoundTrip: async () => [],
  neighbours: () => [],
  keyFrameRequestDelayMs: 0,
  leftOutOfRecordings: () => 0,
  recordedParts: async () => 0,
  certificates: { mesh: undefined, public: undefined },
};

/** The metrics of both services, with what each is and the labels it has besides those of its target. */
export function metricRows(): { replica: MetricRow[]; edge: MetricRow[] } {
  const replica = new ReplicaMetrics();
  replica.observe(idleReplica);
  const edge = new EdgeMetrics();
  edge.observe(idleEdge);
  return { replica: rowsOf(replica.registry), edge: rowsOf(edge.registry) };
}

function rowsOf(registry: { getMetricsAsArray(): object[] }): MetricRow[] {
  const metrics = registry.getMetricsAsArray() as { name: string; type: string; help: string; labelNames: string[] }[];
  return metrics
    .map(({ name, type, help, labelNames }) => ({ name, type, help, labels: labelNames }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** `docs/operations/metrics.md`. */
export function metricsDocument(): string {
  const { replica, edge } = metricRows();
  const ours = (rows: MetricRow[]) => rows.filter(({ name }) => name.startsWith('canopy_'));
  const names = (rows: MetricRow[]) => new Set(rows.map(({ name }) => name));
  const shared = ours(replica).filter(({ name }) => names(edge).has(name));
  const own = (rows: MetricRow[]) => ours(rows).filter(({ name }) => !names(shared).has(name));
  return `# Metrics

Written by \`npx vitest run --project unit infra/src/observability -u\` from the metrics themselves; a test compares.

Every process serves them at \`/metrics\` in the OpenMetrics format. Units are seconds, bytes and ratios. Labels take few values, whatever the number of meetings: none holds a meeting, a participant or a track. What other edges are named by (\`neighbour\`, \`parent\`) has at most 50 values, and \`other\` for the rest: their sum, or of round trips and losses the largest. What a target is (\`edge\`, \`region\`, \`replica\`, \`job\`) comes from [service discovery](observability.md#prometheus). Beside these there are Node’s own (\`process_*\`, \`nodejs_*\`, among them \`nodejs_eventloop_lag_seconds\`).

## Both

${table(shared)}
## Control plane

${table(own(replica))}
## Edges

${table(own(edge))}`;
}

function table(rows: readonly MetricRow[]): string {
  const lines = rows.map(({ name, type, help, labels }) => {
    return `| \`${name}\` | ${type} | ${labels.map((label) => `\`${label}\``).join(', ')} | ${help} |\n`;
  });
  return `| name | type | labels | what it is |\n|---|---|---|---|\n${lines.join('')}`;
}
