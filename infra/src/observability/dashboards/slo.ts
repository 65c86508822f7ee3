import { errorRatio, type Slo, slos } from '../slos.ts';
import type { Dashboard, Panel } from './panel.ts';

export const slo: Dashboard = {
  uid: 'slo',
  title: 'objectives',
  description: 'What users are promised, and how fast the budgets of thirty days burn.',
  panels: slos.flatMap((each) => [now(each), burning(each), left(each)]),
};

function now({ title, meaning, share }: Slo): Panel {
  return {
    title,
    description: meaning,
    unit: 'percentunit',
    as: 'stat',
    queries: [{ expr: `1 - (${share('1h')})`, legend: 'good in the last hour' }],
  };
}

function burning({ name, title, objective }: Slo): Panel {
  const budget = Number((1 - objective).toPrecision(6));
  return {
    title: `${title}: budget burns`,
    description:
      'At 1 the budget lasts exactly thirty days. Somebody is woken at 14.4 over an hour, and at 6 over six.',
    unit: 'short',
    queries: ['1h', '6h', '3d'].map((window) => ({
      expr: `${errorRatio(window)}{slo="${name}"} / ${budget}`,
      legend: `over ${window}`,
    })),
  };
}

function left({ name, title, objective }: Slo): Panel {
  const budget = Number((1 - objective).toPrecision(6));
  return {
    title: `${title}: budget left of three days`,
    unit: 'percentunit',
    as: 'stat',
    queries: [{ expr: `1 - ${errorRatio('3d')}{slo="${name}"} / ${budget}`, legend: 'left' }],
  };
}
