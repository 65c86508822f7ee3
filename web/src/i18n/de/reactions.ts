import type { reactions as original } from '../en/reactions.ts';

export const reactions: typeof original = {
  react: 'Reagieren',
  choose: 'Wählen Sie eine Reaktion',
  raise: 'Hand heben',
  lower: 'Hand senken',
  lowerOf: 'Hand von {{name}} senken',
  hands: 'Wortmeldungen',
  lowerShort: 'Senken',
  raisedBy: '{{name}} hat die Hand gehoben',
};
