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
  revoked: 'There are new links. The old ones lead nowhere any more.',
};
