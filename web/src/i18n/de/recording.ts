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
  recordings: 'Aufzeichnungen',
  toMeeting: 'Zur Besprechung',
  none: 'Von dieser Besprechung wurde noch nichts aufgezeichnet.',
  noneOwn: 'Von Ihren Besprechungen wurde noch nichts aufgezeichnet.',
  untitled: 'Besprechung ohne Titel',
  composing: 'Wird zu einer Datei zusammengesetzt',
  failed: 'Sie konnte nicht zu einer Datei zusammengesetzt werden.',
  empty: 'Es wurde nichts gesagt und nichts gezeigt.',
  open: 'Ansehen',
  download: 'Herunterladen',
  delete: 'Löschen',
  deleteTitle: 'Die Aufzeichnung vom {{title}} löschen?',
  deleteText: 'Sie ist dann für alle gelöscht und lässt sich nicht wiederherstellen.',
  keep: 'Behalten',
};
