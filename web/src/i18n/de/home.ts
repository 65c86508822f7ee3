import type { home as original } from '../en/home.ts';

export const home: typeof original = {
  headline: 'Besprechungen, nah bei allen, die dabei sind',
  text: 'Jede Person verbindet sich mit dem nächsten Knoten. Knoten geben jeden Strom nur einmal weiter: So fühlt sich ein Raum über Kontinente hinweg an wie einer.',
  joinTitle: 'An einer Besprechung teilnehmen',
  joinLabel: 'Link oder Kennung',
  joinExample: 'Hier einfügen',
  join: 'Teilnehmen',
  unclear: 'Das ist weder ein Link noch eine Kennung. Ist alles kopiert?',
};
