/** Raised hands and emojis over the stage. */
export const reactions = {
  react: 'React',
  choose: 'Choose a reaction',
  raise: 'Raise your hand',
  lower: 'Lower your hand',
  lowerOf: 'Lower the hand of {{name}}',
  hands: 'Raised hands',
  lowerShort: 'Lower',
  raisedBy: '{{name}} raised a hand',
};
