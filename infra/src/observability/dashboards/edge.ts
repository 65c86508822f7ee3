import { type Dashboard, perSecond, quantile } from './panel.ts';

const here = '{edge=~"$edge"}';

export const edge: Dashboard = {
  uid: 'edge',
  title: 'edge',
  description: 'One edge: its workers, links and neighbours, and its process.',
  variables: [{ name: 'edge', label: 'Edge', metric: 'canopy_edge_sessions', of: 'edge' }],
  panels: [
    {
      title: 'Load of workers',
      unit: 'percentunit',
      queries: [{ expr: `canopy_edge_worker_load_ratio${here}`, legend: '{{edge}} {{worker}}' }],
    },
    {
      title: 'CPU of workers',
      unit: 'percentunit',
      queries: [{ expr: `canopy_edge_worker_cpu_ratio${here}`, legend: '{{edge}} {{worker}}' }],
    },
    {
      title: 'Consumers',
      unit: 'short',
      queries: [{ expr: `canopy_edge_worker_consumers${here}`, legend: '{{edge}} {{worker}}' }],
    },
    {
      title: 'Meetings and participants',
      unit: 'short',
      queries: [
        { expr: `sum(canopy_edge_meetings${here})`, legend: 'meetings' },
        { expr: `sum(canopy_edge_sessions${here})`, legend: 'participants' },
      ],
    },
    {
      title: 'Links',
      unit: 'short',
      queries: [
        { expr: `sum(canopy_edge_parent_links${here})`, legend: 'to parents' },
        { expr: `sum(canopy_edge_child_links${here})`, legend: 'to children' },
      ],
    },
    {
      title: 'Layers from each parent',
      unit: 'short',
      queries: [{ expr: `canopy_edge_link_layers${here}`, legend: '{{edge}} from {{parent}}' }],
    },
    {
      title: 'Media lost from each parent',
      unit: 'percentunit',
      queries: [{ expr: `canopy_edge_link_loss_ratio${here}`, legend: '{{edge}} from {{parent}}' }],
    },
    {
      title: 'Round trips to neighbours',
      unit: 's',
      queries: [{ expr: `canopy_edge_neighbour_rtt_seconds${here}`, legend: '{{edge}} to {{neighbour}}' }],
    },
    {
      title: 'Time of a pull',
      unit: 's',
      queries: [{ expr: quantile(0.95, `canopy_edge_pull_seconds_bucket${here}`), legend: 'p95' }],
    },
    {
      title: 'Gap at failovers',
      description: 'How long nothing arrived when a track changed to its other way.',
      unit: 's',
      queries: [
        { expr: quantile(0.95, `canopy_edge_failover_gap_seconds_bucket${here}`, 'cause'), legend: '{{cause}}' },
      ],
    },
    {
      title: 'Keyframes that publishers were asked for',
      unit: 'ops',
      queries: [{ expr: perSecond(`canopy_edge_keyframe_requests_total${here}`, 'edge'), legend: '{{edge}}' }],
    },
    {
      title: 'Recording',
      description: 'Tracks that are in no recording, and parts of which something is on this edge alone.',
      unit: 'short',
      queries: [
        { expr: `canopy_edge_recording_tracks_left_out${here}`, legend: '{{edge}} tracks left out' },
        { expr: `canopy_edge_recorded_parts${here}`, legend: '{{edge}} parts not moved' },
      ],
    },
    {
      title: 'Event-loop lag',
      unit: 's',
      queries: [{ expr: `nodejs_eventloop_lag_p99_seconds${here}`, legend: '{{edge}}' }],
    },
    {
      title: 'Memory and versions',
      unit: 'short',
      queries: [
        { expr: `process_resident_memory_bytes${here}`, legend: '{{edge}} bytes' },
        { expr: `canopy_build_info${here}`, legend: '{{edge}} {{version}}, Node {{node}}' },
      ],
    },
  ],
};
