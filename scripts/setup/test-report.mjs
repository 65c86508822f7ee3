import { join } from 'node:path';
import { root } from './paths.mjs';

/** Where `npm test` leaves vitest's JSON report. */
export const testReportFile = join(root, '.local-mesh', 'logs', 'tests.json');

/**
 * What vitest's JSON reporter writes, as far as it is read here.
 * @typedef {object} TestReport
 * @property {number} numPassedTests
 * @property {number} numFailedTests
 * @property {{ status: string, assertionResults: unknown[] }[]} testResults one for each file
 */

/**
 * A file that cannot even be loaded has no tests to fail: it counts as one.
 * @param {TestReport} report
 */
export function countTests(report) {
  const unloadable = report.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  );
  return { passed: report.numPassedTests, failed: report.numFailedTests + unloadable.length };
}
