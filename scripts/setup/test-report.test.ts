import { expect, test } from 'vitest';
import { countTests } from './test-report.mjs';

test('tests are counted, and a file that cannot be loaded counts as a failure', () => {
  const report = {
    numPassedTests: 12,
    numFailedTests: 1,
    testResults: [
      { status: 'passed', assertionResults: [{}] },
      { status: 'failed', assertionResults: [{}] },
      { status: 'failed', assertionResults: [] },
    ],
  };
  expect(countTests(report)).toEqual({ passed: 12, failed: 2 });
});
