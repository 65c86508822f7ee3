// node scripts/test.mjs [ARGUMENTS FOR VITEST]: sets up, checks format, lint and types, runs every test. With arguments,
// which choose tests, the checks are left out, and nobody needs root for what they did not choose.
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './setup/paths.mjs';
import { runProgram } from './setup/program.mjs';
import { seconds } from './setup/report.mjs';
import { requireRoot } from './setup/root.mjs';
import { runScript, setUp } from './setup/setup.mjs';
import { testReportFile } from './setup/test-report.mjs';

const chosen = process.argv.slice(2);

await runScript(async () => {
  /** @type {string[]} */
  const summary = [];
  /** @param {string} name @param {() => Promise<number>} step */
  const timed = async (name, step) => {
    const started = performance.now();
    const code = await step();
    summary.push(`${name}: ${code === 0 ? 'ok' : 'FAILED'} in ${seconds(started)}`);
    return code;
  };

  if (chosen.length === 0) requireRoot(process.env);
  const started = performance.now();
  const node = await setUp('test');
  summary.push(`set-up: ok in ${seconds(started)}`);
  mkdirSync(dirname(testReportFile), { recursive: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${testReportFile}`];
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');

  const codes = [];
  if (chosen.length === 0) {
    codes.push(await timed('lint', () => runProgram('npm', ['run', '--silent', 'lint'])));
    codes.push(await timed('types', () => runProgram('npm', ['run', '--silent', 'types'])));
  }
  codes.push(await timed('tests', () => runProgram(node, [vitest, 'run', ...reporters, ...chosen])));
  process.stderr.write(`\n${summary.join('\n')}\n`);
  return codes.every((code) => code === 0) ? 0 : 1;
});
