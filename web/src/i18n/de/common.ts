import type { common as original } from '../en/common.ts';

export const common: typeof original = {
  close: 'Schließen',
  cancel: 'Abbrechen',
  dismiss: 'Ausblenden',
  language: 'Sprache',
  loading: 'Einen Moment…',
};
