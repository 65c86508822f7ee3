/** The first page. */
export const home = {
  headline: 'Meetings that run close to everyone in them',
  text: 'Each person connects to the nearest edge. Edges pass every stream along once, so a room across continents feels like one.',
  joinTitle: 'Join a meeting',
  joinLabel: 'Link or meeting ID',
  joinExample: 'Paste it here',
  join: 'Join',
  unclear: 'That is neither a meeting link nor an ID. Check that you copied all of it.',
};
