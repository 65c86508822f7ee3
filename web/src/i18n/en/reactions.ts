/** Raised hands and emojis over the stage. */
export const reactions = {
  react: 'React',
  choose: 'Choose a reaction',
  raise: 'Raise your hand',
  lower: 'Lower your hand',
  lowerOf: 'Lower the hand of {{name}}',
  hands: 'Raised hands',
  lowerShort: 'Lower',
  count_one: '{{count}} raised hand',
  count_other: '{{count}} raised hands',
  show: 'Show',
  bring: 'Bring on stage',
  bringOf: 'Bring on stage: {{name}}',
  ask: 'Ask to unmute',
  askOf: 'Ask to unmute: {{name}}',
  raisedBy: '{{name}} raised a hand',
};
