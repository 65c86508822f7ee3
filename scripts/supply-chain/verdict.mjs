/** As npm rates them, from the least to the worst. */
export const levels = /** @type {const} */ (['info', 'low', 'moderate', 'high', 'critical']);

/** @typedef {typeof levels[number]} Level */
/** @typedef {{ metadata: { vulnerabilities: Record<string, number> }, vulnerabilities?: Record<string, { severity: string }> }} Report */

/**
 * What the output of `npm audit --json` means.
 * @param {string} output
 * @param {{ level: Level, strict: boolean }} options `level`: the least that is not passed; `strict`: nor is what could not be audited
 * @returns {{ text: string, passed: boolean }}
 */
export function auditVerdict(output, { level, strict }) {
  const answer = parsed(output);
  if (answer?.metadata?.vulnerabilities === undefined) {
    const why = typeof answer?.message === 'string' ? `: ${answer.message}` : '';
    return { text: `WARNING: NOT AUDITED, the registry did not answer${why}`, passed: !strict };
  }
  /** @type {Report} */
  const { metadata, vulnerabilities = {} } = answer;
  const grave = levels.slice(levels.indexOf(level));
  const count = (/** @type {readonly string[]} */ which) =>
    which.reduce((sum, each) => sum + (metadata.vulnerabilities[each] ?? 0), 0);
  const names = Object.entries(vulnerabilities)
    .filter(([, { severity }]) => grave.some((each) => each === severity))
    .map(([name, { severity }]) => `${name} (${severity})`);
  const text = `${count(levels)} known vulnerabilities, ${count(grave)} of them ${level} or worse`;
  return { text: [text, ...names].join('\n  '), passed: count(grave) === 0 };
}

/**
 * @param {string} output
 * @returns {any} undefined: it is no JSON
 */
function parsed(output) {
  try {
    return JSON.parse(output);
  } catch {
    return undefined;
  }
}
