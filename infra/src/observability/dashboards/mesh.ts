import { type Dashboard, halfAndMost, perSecond } from './panel.ts';

export const mesh: Dashboard = {
  uid: 'mesh',
  title: 'mesh',
  description: 'All regions at once: who is where, what is full, how far media travels.',
  panels: [
    {
      title: 'Participants',
      unit: 'short',
      queries: [{ expr: 'sum by (region) (canopy_edge_sessions)', legend: '{{region}}' }],
    },
    {
      title: 'Edges',
      description: 'As the replica sees them that sees most of a kind.',
      unit: 'short',
      queries: [{ expr: 'max by (status) (canopy_edges)', legend: '{{status}}' }],
    },
    {
      title: 'Hottest edges',
      description: 'Load of the hottest worker. Nobody new comes above 85 %.',
      unit: 'percentunit',
      queries: [{ expr: 'topk(10, canopy_edge_load_ratio)', legend: '{{edge}}' }],
    },
    {
      title: 'Media sent',
      unit: 'Bps',
      queries: [{ expr: 'sum by (region) (canopy_edge_egress_bytes_per_second)', legend: '{{region}}' }],
    },
    {
      title: 'Media over links',
      unit: 'Bps',
      queries: [
        {
          expr: 'sum by (parent, edge) (canopy_edge_link_received_bytes_per_second)',
          legend: '{{parent}} to {{edge}}',
        },
      ],
    },
    {
      title: 'Layers carried of those there are',
      description: 'Links carry only the simulcast layers that somebody below needs.',
      unit: 'percentunit',
      queries: [{ expr: 'sum(canopy_edge_pulled_layers_carried) / sum(canopy_edge_pulled_layers)', legend: 'carried' }],
    },
    {
      title: 'Round trips between edges',
      unit: 's',
      queries: [{ expr: 'canopy_edge_neighbour_rtt_seconds', legend: '{{edge}} to {{neighbour}}' }],
    },
    {
      title: 'Loss between edges',
      unit: 'percentunit',
      queries: [{ expr: 'topk(20, canopy_edge_neighbour_loss_ratio)', legend: '{{edge}} to {{neighbour}}' }],
    },
    {
      title: 'Media lost on links',
      description: 'Before it was sent again. What was lost before a parent counts at each link after it.',
      unit: 'percentunit',
      queries: [{ expr: 'topk(20, canopy_edge_link_loss_ratio)', legend: '{{parent}} to {{edge}}' }],
    },
    {
      title: 'Depth of cascades',
      description: 'Links from the origin to an edge, of plans made.',
      unit: 'short',
      queries: halfAndMost('canopy_cascade_depth'),
    },
    {
      title: 'Stretch of cascades',
      description: 'Latency of an edge’s path over the shortest possible.',
      unit: 'short',
      queries: halfAndMost('canopy_cascade_stretch_ratio'),
    },
    {
      title: 'Cost of cascades',
      description: 'List price of one GB from an origin to everybody.',
      unit: 'currencyUSD',
      queries: halfAndMost('canopy_cascade_cost_dollars_per_gigabyte'),
    },
    {
      title: 'Moves to other edges',
      unit: 'ops',
      queries: [{ expr: perSecond('canopy_moves_total{result="begun"}', 'reason'), legend: '{{reason}}' }],
    },
  ],
};
