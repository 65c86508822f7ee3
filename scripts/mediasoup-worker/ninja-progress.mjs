/**
 * The share of the build that is done, 0 to 1, from a line of ninja's: "[12/240] Building CXX object …".
 * @param {string} line
 */
export function ninjaProgress(line) {
  const match = /^\[(\d+)\/(\d+)\]/.exec(line);
  if (match === null || Number(match[2]) === 0) return undefined;
  return Number(match[1]) / Number(match[2]);
}
