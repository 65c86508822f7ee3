/**
 * What the output of `npm audit --json` means.
 * @param {string} output
 * @param {boolean} required one that could not be done is not passed
 * @returns {{ text: string, passed: boolean }}
 */
export function auditVerdict(output, required) {
  const counts = countsIn(output);
  if (counts === undefined) return { text: 'not done, the registry does not answer', passed: !required };
  const { high = 0, critical = 0, total = 0 } = counts;
  const text = `${total} known vulnerabilities, ${critical} of them critical, ${high} high`;
  return { text, passed: high + critical === 0 };
}

/**
 * @param {string} output
 * @returns {Record<string, number> | undefined}
 */
function countsIn(output) {
  try {
    return JSON.parse(output).metadata?.vulnerabilities;
  } catch {
    return undefined;
  }
}
