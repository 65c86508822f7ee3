// node scripts/test-summary.mjs: the last line of a CI run, from the report of the tests that just ran.
import { existsSync, readFileSync } from 'node:fs';
import { countTests, testReportFile } from './setup/test-report.mjs';

const { passed, failed } = existsSync(testReportFile)
  ? countTests(JSON.parse(readFileSync(testReportFile, 'utf8')))
  : { passed: 0, failed: 1 };
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
