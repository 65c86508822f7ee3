/** Links to a meeting, by role. */
export const links = {
  invite: 'Invite people',
  title: 'Invite people',
  hint: 'Whoever has a link comes in as what it says. Pass on each only to whom it is meant for.',
  host: 'Host',
  cohost: 'Co-host',
  panelist: 'Speaker',
  attendee: 'Audience',
  hostMay: 'Decides everything',
  cohostMay: 'Keeps order with you',
  panelistMay: 'Takes part: is heard and seen',
  attendeeMay: 'Watches and listens',
  copy: 'Copy',
  copyName: 'Copy link: {{name}}',
  copyAddress: 'Copy the link',
  revoke: 'Make new links',
  whip: 'Publish from OBS (WHIP)',
  whipHint:
    'OBS, or any other program that speaks WHIP, takes part with what it sends. It needs the server and a token.',
  whipServer: 'Server',
  whipName: 'Name in the meeting',
  whipMake: 'Make a token',
  whipAnother: 'Make another',
  whipToken: 'Bearer token',
  whipTerms:
    'Role: {{role}}. A program may start with it until {{until}}, and may go on after that. Whoever has the token can publish: give it to nobody else.',
  revoked: 'There are new links. The old ones lead nowhere any more.',
};
