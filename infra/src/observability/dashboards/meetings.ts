import { type Dashboard, halfAndMost, perSecond, quantile } from './panel.ts';

export const meetings: Dashboard = {
  uid: 'meetings',
  title: 'meetings',
  description:
    'How meetings fare. Metrics have no labels for single meetings: those are asked of the API, and of traces.',
  variables: [
    { name: 'control', label: 'Control plane', text: 'http://127.0.0.1:8080' },
    { name: 'meeting', label: 'Meeting', text: '' },
  ],
  notes: [
    {
      title: 'One meeting',
      markdown: [
        'With its id above:',
        '',
        '- [its plan, its people, and why each is on their edge]($control/operators?meeting=$meeting), for whoever has an operator’s key',
        '- [its page]($control/m/$meeting), where "How it travels" shows the cascades on a map',
        '- `canopy meetings explain $meeting`: the same in a terminal',
        '',
        'The dots on “Time of a join” are traces: a click leads from a slow join to each of its steps.',
      ].join('\n'),
    },
  ],
  panels: [
    {
      title: 'Joins',
      unit: 'ops',
      queries: [{ expr: perSecond('canopy_joins_total', 'result'), legend: '{{result}}' }],
    },
    {
      title: 'Time of a join',
      unit: 's',
      queries: halfAndMost('canopy_join_seconds'),
    },
    {
      title: 'Stages of a join',
      unit: 's',
      queries: [{ expr: quantile(0.95, 'canopy_join_stage_seconds_bucket', 'stage'), legend: '{{stage}}' }],
    },
    {
      title: 'Placements',
      description: 'By the rule that decided.',
      unit: 'ops',
      queries: [{ expr: perSecond('canopy_placements_total', 'rule'), legend: '{{rule}}' }],
    },
    {
      title: 'Regret',
      description: 'How much longer the way over the chosen edge is than over the best one.',
      unit: 's',
      queries: halfAndMost('canopy_placement_regret_seconds'),
    },
    {
      title: 'Time to make a plan',
      unit: 's',
      queries: halfAndMost('canopy_plan_seconds'),
    },
    {
      title: 'Live',
      unit: 'short',
      queries: [
        { expr: 'sum(canopy_signal_sessions)', legend: 'participants connected' },
        { expr: 'sum(canopy_edge_published_tracks)', legend: 'tracks published' },
        { expr: 'sum(canopy_edge_demand)', legend: 'demand for tracks' },
      ],
    },
    {
      title: 'Events',
      unit: 'ops',
      queries: [{ expr: perSecond('canopy_meeting_events_total'), legend: 'events' }],
    },
  ],
};
