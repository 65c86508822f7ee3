/** Other programs that are told what happens. */
export const webhooks = {
  title: 'Webhooks',
  intro:
    'Your own programs are told by HTTP what happens in your meetings: reminders, who comes and goes, recordings. Messages are signed as Standard Webhooks.',
  address: 'Address',
  addressHint: 'An HTTPS address that takes POST',
  everything: 'Everything that happens',
  some_one: '{{count}} kind of event',
  some_other: '{{count}} kinds of event',
  which: 'What it is told of',
  add: 'Add webhook',
  secret: 'Signing secret',
  secretOnce:
    'Added. Copy the secret now, it is shown this once: with it your program verifies that a message is ours.',
  refresh: 'Refresh',
  nothingYet: 'Nothing was sent so far.',
  underWay: '{{type}} is being sent ({{when}}).',
  delivered: '{{type}} was delivered ({{when}}).',
  notDelivered: '{{type}} was not delivered ({{when}}): {{why}}.',
  answered: 'the answer was HTTP {{status}}',
  nextAttempt: 'Next attempt: {{when}}.',
  givenUp: 'No more attempts are made.',
  again: 'Send again',
  remove: 'Remove',
  removeName: 'Remove the webhook {{url}}',
  removeTitle: 'Remove this webhook?',
  removeText: '{{url}} is told nothing any more. Its secret is worth nothing then.',
};
