import { type Dashboard, perSecond } from './panel.ts';

const here = '{region=~"$region"}';

export const region: Dashboard = {
  uid: 'region',
  title: 'region',
  description: 'One region: whether it has room, and what comes into it.',
  variables: [{ name: 'region', label: 'Region', metric: 'canopy_edge_sessions', of: 'region' }],
  panels: [
    {
      title: 'Participants',
      unit: 'short',
      queries: [{ expr: `sum by (edge) (canopy_edge_sessions${here})`, legend: '{{edge}}' }],
    },
    {
      title: 'Load',
      description: 'Of the hottest worker of each edge.',
      unit: 'percentunit',
      queries: [{ expr: `canopy_edge_load_ratio${here}`, legend: '{{edge}}' }],
    },
    {
      title: 'Room for media',
      unit: 'percentunit',
      queries: [
        {
          expr: `1 - sum by (region) (canopy_edge_egress_bytes_per_second${here}) / (sum by (region) (canopy_edge_egress_capacity_bytes_per_second${here}) > 0)`,
          legend: '{{region}}',
        },
      ],
    },
    {
      title: 'Demand',
      description: 'Viewers and children that hold tracks.',
      unit: 'short',
      queries: [{ expr: `sum by (region) (canopy_edge_demand${here})`, legend: '{{region}}' }],
    },
    {
      title: 'Tracks',
      unit: 'short',
      queries: [
        { expr: `sum(canopy_edge_published_tracks${here})`, legend: 'published here' },
        { expr: `sum(canopy_edge_pulled_tracks${here})`, legend: 'pulled from elsewhere' },
      ],
    },
    {
      title: 'Media that comes in over links',
      unit: 'Bps',
      queries: [
        { expr: `sum by (parent) (canopy_edge_link_received_bytes_per_second${here})`, legend: 'from {{parent}}' },
      ],
    },
    {
      title: 'Pulls',
      unit: 'ops',
      queries: [{ expr: perSecond(`canopy_edge_pulls_total${here}`, 'result'), legend: '{{result}}' }],
    },
    {
      title: 'Failovers',
      unit: 'ops',
      queries: [{ expr: perSecond(`canopy_edge_failovers_total${here}`, 'cause'), legend: '{{cause}}' }],
    },
    {
      title: 'Draining',
      unit: 'short',
      queries: [{ expr: `sum by (edge) (canopy_edge_draining${here})`, legend: '{{edge}}' }],
    },
  ],
};
