import { defaultPlacementPolicy } from '@canopy/control-plane/core/placement/types';
import { oldAfterDays } from '@canopy/geo/age';
import { burnRates, errorRatio, type Slo, slos } from './slos.ts';

interface Rule {
  expr: string;
  labels: Record<string, string>;
}

interface RecordingRule {
  record: string;
  expr: string;
  labels?: Record<string, string>;
}

export interface AlertingRule extends Rule {
  alert: string;
  for?: string;
  annotations: { summary: string; description: string; runbook_url: string };
}

interface RuleFile<Each> {
  groups: { name: string; rules: Each[] }[];
}

/** Where the runbooks of an installation are read is an external label of its Prometheus. */
const runbooks = '{{ $externalLabels.runbooks }}';

/** The share of bad events of each objective, over each window that alerts look at, after what it is computed from. */
export function recordingRules(): RuleFile<RecordingRule> {
  const windows = [...new Set(burnRates.flatMap(({ long, short }) => [short, long]))];
  const groups = slos.map((slo) => ({
    name: `canopy-slo-${slo.name}`,
    rules: [
      ...(slo.recorded ?? []),
      ...windows.map((window) => ({
        record: errorRatio(window),
        expr: slo.share(window),
        labels: { slo: slo.name },
      })),
    ],
  }));
  return { groups };
}

/** Where little happens one bad event is a large share: fewer than these tell nobody. */
const fewest = 10;

/** What wakes somebody (`severity: page`), and what is looked at by day (`ticket`). */
export function alertingRules(): RuleFile<AlertingRule> {
  return {
    groups: [
      { name: 'canopy-slo', rules: slos.flatMap(burnAlerts) },
      { name: 'canopy-mesh', rules: meshAlerts },
    ],
  };
}

function burnAlerts(slo: Slo): AlertingRule[] {
  const runbook = `slo-${slo.name}`;
  return burnRates.map(({ factor, long, seconds, short, severity }) => {
    const burning = (window: string) =>
      `${errorRatio(window)}{slo="${slo.name}"} > ${Number((factor * (1 - slo.objective)).toPrecision(6))}`;
    const often = `${slo.count(long, seconds)} >= ${fewest}`;
    return alert(`${slo.title}: budget burns`, runbook, severity, {
      expr: `${burning(long)} and ${burning(short)} and on () ${often}`,
      description: `${slo.meaning} Over ${long} and ${short} the budget of 30 days burns ${factor} times too fast.`,
      labels: { slo: slo.name, window: long },
    });
  });
}

/** What a node of the mesh that is as it should be never meets. Handshakes that are no TLS are scanners and health checks. */
const refusals = [
  'canopy_tls_refusals_total{why!="handshake"}',
  'canopy_edge_tls_refusals_total{why!="handshake"}',
  'canopy_bus_refusals_total',
  'canopy_edge_bus_refusals_total',
];

/** How many edges each replica hears, whatever it makes of what they say. */
const heardBy = 'sum by (instance) (canopy_edges{status!~"silent|dead"})';

/** Nobody new is sent to an edge from this load on. */
const fullFrom = defaultPlacementPolicy.overloadThreshold;

/** Round trips of all nodes to their servers of the bus, and how often they lost one. */
const onBus = 'canopy_bus_round_trip_seconds or canopy_edge_bus_round_trip_seconds';
const lastOnBus =
  'last_over_time(canopy_bus_round_trip_seconds[1h]) or last_over_time(canopy_edge_bus_round_trip_seconds[1h])';
const busServers = 'count(count by (server) (canopy_bus_server_up))';
const busLosses = (window: string) =>
  `(increase(canopy_bus_reconnects_total[${window}]) or increase(canopy_edge_bus_reconnects_total[${window}]))`;

const meshAlerts: AlertingRule[] = [
  alert('A node does not answer Prometheus', 'node-down', 'page', {
    // A host that boots has not answered yet; one that never does is taken away by its group.
    expr: 'up{job=~"canopy-.+"} == 0 and max_over_time(up{job=~"canopy-.+"}[6h]) == 1',
    for: '2m',
    description: '{{ $labels.job }} at {{ $labels.instance }} has not answered for two minutes.',
  }),
  alert('No replica answers Prometheus', 'control-plane-down', 'page', {
    expr: 'absent(up{job="canopy-control-plane"} == 1)',
    for: '2m',
    description: 'Prometheus reaches no replica of the control plane, or knows of none.',
  }),
  alert('There is no edge', 'no-edge', 'page', {
    expr: 'max(canopy_edges{status="alive"}) == 0',
    for: '2m',
    description: 'No replica hears of any edge that it could send people to.',
  }),
  alert('An edge was lost', 'edge-lost', 'ticket', {
    expr: 'max(canopy_edges{status="dead"}) > 0',
    for: '10m',
    description: '{{ $value }} edges went without having been emptied.',
  }),
  alert('A store or the bus is away', 'service-away', 'page', {
    expr: 'max by (service) (canopy_service_up) == 0',
    for: '1m',
    description: 'No replica reaches {{ $labels.service }}.',
  }),
  alert('A replica misses a store or the bus', 'service-away', 'ticket', {
    // Others reach it: what nobody reaches has woken somebody.
    expr: 'canopy_service_up == 0 and on (service) max by (service) (canopy_service_up) == 1',
    for: '5m',
    description: '{{ $labels.replica }} does not reach {{ $labels.service }}; other replicas do.',
  }),
  alert('A server of the bus is gone', 'bus-server', 'ticket', {
    // Where a node that went was the only one there, nobody lost a connection.
    expr: `(count by (server) (${lastOnBus}) unless count by (server) (${onBus})) and on () count(${onBus}) > 0 and on () sum${busLosses('1h')} > 0`,
    for: '5m',
    description:
      '{{ $value }} nodes were connected to the server {{ $labels.server }} of the bus within the last hour, and none is any more: they went to others.',
  }),
  alert('Fewer servers of the bus answer', 'bus-server', 'ticket', {
    // Half of a day: one more for a while, as when one is replaced, is not missed afterwards.
    expr: `${busServers} < quantile_over_time(0.5, ${busServers}[1d:5m])`,
    for: '10m',
    description: '{{ $value }} servers of the bus answer, fewer than for most of a day.',
  }),
  alert('A node loses the bus again and again', 'bus-unsteady', 'ticket', {
    expr: `sum by (instance) ${busLosses('15m')} > 3`,
    description:
      '{{ $labels.instance }} lost its connection to the bus {{ $value | humanize }} times within 15 minutes: it reads too slowly, or the way to its server is bad.',
  }),
  alert('Edges are not heard', 'edges-unheard', 'ticket', {
    // A silent edge that does not answer either is dead within seconds; whom a replica never heard of is not even silent to it.
    expr: `max(${heardBy}) - min(${heardBy}) > 0 or max(canopy_edges{status="silent"}) > 0`,
    for: '2m',
    description: '{{ $value }} edges run, but not every replica hears them: the bus is in parts, or they lost it.',
  }),
  alert('An edge is quarantined', 'edge-quarantined', 'ticket', {
    expr: 'max(canopy_edges{status="quarantined"}) > 0',
    for: '5m',
    description: '{{ $value }} edges send heartbeats, but media does not get through to them.',
  }),
  alert('An edge speaks another protocol', 'edge-foreign', 'ticket', {
    expr: 'max(canopy_edges{status="foreign"}) > 0',
    for: '10m',
    description:
      '{{ $value }} edges send heartbeats of a protocol version that does not go with the others: nobody is sent to them.',
  }),
  alert('An edge is overloaded', 'edge-overloaded', 'ticket', {
    expr: `canopy_edge_load_ratio > ${fullFrom}`,
    for: '5m',
    description:
      'The hottest worker of {{ $labels.edge }} ({{ $labels.region }}) is at {{ $value | humanizePercentage }}.',
  }),
  alert('A region has no room', 'region-full', 'page', {
    // What is emptied is not full, and takes nobody.
    expr: `min by (region) (canopy_edge_load_ratio unless canopy_edge_draining == 1) > ${fullFrom}`,
    // Hosts of an autoscaled group take some minutes to come.
    for: '10m',
    description: 'Every edge of {{ $labels.region }} is above the overload threshold: newcomers go further away.',
  }),
  alert('Workers die', 'worker-deaths', 'ticket', {
    expr: 'increase(canopy_edge_worker_deaths_total[15m]) > 2',
    description: '{{ $value | humanize }} worker processes of {{ $labels.edge }} ended within 15 minutes.',
  }),
  alert('An edge met a bug', 'edge-faults', 'ticket', {
    expr: 'increase(canopy_edge_faults_total[15m]) > 0',
    description:
      '{{ $labels.edge }} ({{ $labels.region }}) had an error that nobody handled: it was emptied within a minute, and began anew.',
  }),
  alert('Somebody inside the mesh is refused', 'refusals', 'ticket', {
    expr: `sum by (instance) (${refusals.map((series) => `increase(${series}[15m])`).join(' or ')}) > 0`,
    description:
      '{{ $labels.instance }} let somebody not in who showed a wrong certificate, or something was refused on the bus: a node with wrong secrets, or somebody who should not be there.',
  }),
  alert('An event loop is blocked', 'event-loop', 'ticket', {
    expr: 'nodejs_eventloop_lag_p99_seconds{job=~"canopy-.+"} > 0.25',
    for: '5m',
    description:
      'Everything at {{ $labels.instance }} waits: the 99th percentile of its event-loop lag is {{ $value | humanizeDuration }}.',
  }),
  alert('Recordings become no files', 'recordings-uncomposed', 'ticket', {
    // A recording of a whole day takes a compositor some hours.
    expr: 'max(canopy_recording_uncomposed_seconds) > 6 * 3600',
    for: '10m',
    description: 'A recording ended {{ $value | humanizeDuration }} ago and is no file yet.',
  }),
  alert('A recording failed', 'recording-failed', 'ticket', {
    expr: 'max(canopy_recordings_failed) > 0',
    description: '{{ $value }} recordings were given up: they become no file.',
  }),
  alert('Recordings lack tracks', 'recording-tracks', 'ticket', {
    expr: 'canopy_edge_recording_tracks_left_out > 0',
    for: '2m',
    description: '{{ $value }} tracks are in no recording: {{ $labels.edge }} records as many as it may.',
  }),
  alert('Recordings stay on an edge', 'recordings-unmoved', 'ticket', {
    expr: 'canopy_edge_recorded_parts > 0',
    for: '15m',
    description: 'Of {{ $value }} recorded parts something is on {{ $labels.edge }} alone: it goes with its disk.',
  }),
  ...certificateAlerts(),
  alert('The GeoIP data is old', 'geoip-age', 'ticket', {
    expr: `time() - canopy_geo_database_build_timestamp_seconds > ${oldAfterDays} * 86400`,
    for: '1h',
    description: 'The GeoIP data of {{ $labels.replica }} is {{ $value | humanizeDuration }} old.',
  }),
];

/** Long before by day, and at last at any hour. */
function certificateAlerts(): AlertingRule[] {
  const left = 'canopy_certificate_expiry_timestamp_seconds - time()';
  const ending = (expr: string) => ({
    expr,
    for: '10m',
    description:
      'The {{ $labels.certificate }} certificate of {{ $labels.instance }} ends in {{ $value | humanizeDuration }}.',
  });
  return [
    alert('A certificate ends soon', 'certificate', 'page', ending(`${left} < 3 * 86400`)),
    alert('A certificate ends soon', 'certificate', 'ticket', ending(`(${left} < 14 * 86400) >= 3 * 86400`)),
  ];
}

function alert(
  title: string,
  runbook: string,
  severity: 'page' | 'ticket',
  { expr, for: lasting, labels = {}, description }: Partial<Rule> & { expr: string; for?: string; description: string },
): AlertingRule {
  const words = runbook.split('-').map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return {
    alert: `Canopy${words.join('')}`,
    expr,
    ...(lasting !== undefined && { for: lasting }),
    labels: { severity, ...labels },
    annotations: { summary: title, description, runbook_url: `${runbooks}/${runbook}.md` },
  };
}
