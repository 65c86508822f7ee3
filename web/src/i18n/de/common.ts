import type { common as original } from '../en/common.ts';

export const common: typeof original = {
  tryAgain: 'Noch einmal versuchen',
  closeName: '{{name}} schließen',
  meeting: 'Besprechung',
  untitled: 'Besprechung ohne Titel',
  homePage: 'Canopy, Startseite',
  close: 'Schließen',
  cancel: 'Abbrechen',
  dismiss: 'Ausblenden',
  language: 'Sprache',
  loading: 'Einen Moment…',
  reload: 'Seite neu laden',
  home: 'Zur Startseite',
  pages: 'Seiten',
  copy: 'Kopieren',
  copyName: 'Kopieren: {{name}}',
  copied: 'Kopiert',
  copyRefused: 'Ihr Browser erlaubt das Kopieren nicht',
};
