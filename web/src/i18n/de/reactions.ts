import type { reactions as original } from '../en/reactions.ts';

export const reactions: typeof original = {
  react: 'Reagieren',
  choose: 'Wählen Sie eine Reaktion',
  raise: 'Hand heben',
  lower: 'Hand senken',
  lowerOf: 'Hand senken: {{name}}',
  hands: 'Wortmeldungen',
  lowerShort: 'Senken',
  count_one: '{{count}} gehobene Hand',
  count_other: '{{count}} gehobene Hände',
  show: 'Zeigen',
  bring: 'Auf die Bühne',
  bringOf: 'Auf die Bühne: {{name}}',
  ask: 'Zum Sprechen bitten',
  askOf: 'Zum Sprechen bitten: {{name}}',
  raisedBy: '{{name}} hat die Hand gehoben',
};
