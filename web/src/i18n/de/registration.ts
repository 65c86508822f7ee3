import type { registration as original } from '../en/registration.ts';

export const registration: typeof original = {
  title: 'Anmelden',
  intro:
    'Wer zusehen will, meldet sich an. Sie bekommen hier einen eigenen Link: Es wird nichts per E-Mail verschickt.',
  startsAt: 'Beginn: {{when}}.',
  host: 'Host: {{name}}',
  oneDate: 'Die Anmeldung gilt nur für diesen Termin.',
  name: 'Ihr Name',
  email: 'E-Mail-Adresse',
  register: 'Anmelden',
  places: 'Bisher angemeldet: {{taken}}',
  placesOf: 'Bisher angemeldet: {{taken}} von {{limit}}',
  full: 'Alle Plätze sind vergeben.',
  done: 'Sie sind angemeldet',
  doneText: 'Dieser Link ist nur für Sie und lässt eine Person hinein. Bewahren Sie ihn auf.',
  copy: 'Meinen Link kopieren',
  calendar: 'Kalenderdatei',
  open: 'Webinar öffnen',
  list: 'Anmeldungen',
  listOf: 'Anmeldungen: {{taken}}',
  listOfLimit: 'Anmeldungen: {{taken}} von {{limit}}',
  none: 'Bisher hat sich niemand angemeldet.',
  cancel: 'Absagen',
  cancelName: 'Anmeldung von {{name}} absagen',
  more: 'Mehr zeigen',
};
