import type { creation as original } from '../en/creation.ts';

export const creation: typeof original = {
  title: 'Besprechung beginnen',
  name: 'Titel (optional)',
  nameExample: 'Wochentreffen',
  kind: 'Art der Besprechung',
  meeting: 'Besprechung',
  meetingHint: 'Alle nehmen teil',
  webinar: 'Webinar',
  webinarHint: 'Gäste sehen zu',
  start: 'Jetzt beginnen',
  starting: 'Wird begonnen…',
  more: 'Weitere Einstellungen',
  password: 'Passwort (optional)',
  newPassword: 'Neues Passwort (optional)',
  capacity: 'Plätze (optional)',
  registrations: 'Höchstzahl Teilnehmende',
  lobby: 'Warteraum',
  lobbyOff: 'Niemand wartet',
  lobbyGuests: 'Gäste warten auf Einlass',
  lobbyEveryone: 'Alle außer Hosts warten',
  backstage: 'Probe: Das Publikum wartet, bis Sie beginnen',
};
