import type { recording as texts } from '../en/recording.ts';

export const recording: typeof texts = {
  start: 'Aufzeichnen',
  pause: 'Aufzeichnung anhalten',
  resume: 'Aufzeichnung fortsetzen',
  stop: 'Aufzeichnung beenden',
  sign: 'Aufzeichnung',
  signPaused: 'Aufzeichnung angehalten',
  notice: 'Diese Besprechung wird aufgezeichnet',
  noticeText:
    'Ton und Bild aller, die bleiben, werden gespeichert. Verlassen Sie die Besprechung, wenn Sie nicht zustimmen.',
  ended: 'Die Besprechung wird nicht mehr aufgezeichnet',
  understood: 'Verstanden',
};
