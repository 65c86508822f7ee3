import type { links as original } from '../en/links.ts';

export const links: typeof original = {
  invite: 'Personen einladen',
  title: 'Personen einladen',
  hint: 'Wer einen Link hat, kommt in der genannten Rolle. Geben Sie jeden nur an die weiter, für die er gedacht ist.',
  passwordToo:
    'Alle außer Hosts werden auch nach dem Passwort gefragt. Es steht nicht in den Links: Geben Sie es ihnen.',
  alone: 'Außer Ihnen ist niemand hier.',
  id: 'Kennung der Besprechung',
  host: 'Host',
  cohost: 'Co-Host',
  panelist: 'Auf der Bühne',
  participant: 'Teilnehmende',
  attendee: 'Publikum',
  hostMay: 'Entscheidet alles',
  cohostMay: 'Hält mit Ihnen Ordnung',
  panelistMay: 'Nimmt teil: ist zu hören und zu sehen',
  attendeeMay: 'Sieht und hört zu',
  copy: 'Kopieren',
  copyName: 'Link kopieren: {{name}}',
  copyAddress: 'Link kopieren',
  revoke: 'Neue Links machen',
  whip: 'Aus OBS senden (WHIP)',
  whipHint:
    'OBS oder ein anderes Programm, das WHIP spricht, nimmt mit dem teil, was es sendet. Es braucht den Server und ein Token.',
  whipServer: 'Server',
  whipName: 'Name in der Besprechung',
  whipMake: 'Token erstellen',
  whipAnother: 'Noch eines',
  whipToken: 'Bearer-Token',
  whipTerms:
    'Rolle: {{role}}. Ein Programm kann damit bis {{until}} beginnen und danach weitersenden. Wer das Token hat, kann senden: Geben Sie es sonst niemandem.',
  revoked: 'Es gibt neue Links. Die alten führen nirgends mehr hin.',
};
