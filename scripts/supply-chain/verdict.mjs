/**
 * What the output of `npm audit --json` means.
 * @param {string} output
 * @returns {{ text: string, passed: boolean }}
 */
export function auditVerdict(output) {
  const counts = countsIn(output);
  if (counts === undefined) return { text: 'not done, this registry does not offer it', passed: true };
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
