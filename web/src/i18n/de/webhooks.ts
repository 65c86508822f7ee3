import type { webhooks as original } from '../en/webhooks.ts';

export const webhooks: typeof original = {
  title: 'Webhooks',
  intro:
    'Eigene Programme erfahren per HTTP, was in Ihren Besprechungen geschieht: Erinnerungen, wer kommt und geht, Aufzeichnungen. Nachrichten sind als Standard Webhooks signiert.',
  address: 'Adresse',
  addressHint: 'Eine HTTPS-Adresse, die POST annimmt',
  everything: 'Alles, was geschieht',
  some_one: '{{count}} Art von Ereignis',
  some_other: '{{count}} Arten von Ereignissen',
  which: 'Was sie erfährt',
  add: 'Webhook hinzufügen',
  secret: 'Geheimnis zum Signieren',
  secretOnce:
    'Hinzugefügt. Kopieren Sie das Geheimnis jetzt, es wird nur dieses Mal gezeigt: Damit prüft Ihr Programm, dass eine Nachricht von hier ist.',
  refresh: 'Aktualisieren',
  nothingYet: 'Bisher wurde nichts gesendet.',
  underWay: '{{type}} wird gesendet ({{when}}).',
  delivered: '{{type}} wurde zugestellt ({{when}}).',
  notDelivered: '{{type}} wurde nicht zugestellt ({{when}}): {{why}}.',
  answered: 'Die Antwort war HTTP {{status}}',
  nextAttempt: 'Nächster Versuch: {{when}}.',
  givenUp: 'Es wird nicht mehr versucht.',
  again: 'Noch einmal senden',
  remove: 'Entfernen',
  removeName: 'Webhook {{url}} entfernen',
  removeTitle: 'Diesen Webhook entfernen?',
  removeText: '{{url}} erfährt dann nichts mehr, und das Geheimnis ist nichts mehr wert.',
};
