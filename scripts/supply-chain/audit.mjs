// node scripts/supply-chain/audit.mjs [--level LEVEL] [--strict]: asks the registry for known vulnerabilities of what is deployed.
// Fails for those of LEVEL (high) or worse; where the registry does not say, or there is none, it warns, and fails with --strict.
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { root } from '../setup/paths.mjs';
import { auditVerdict, levels } from './verdict.mjs';

const { values } = parseArgs({
  options: { level: { type: 'string', default: 'high' }, strict: { type: 'boolean', default: false } },
});
const level = levels.find((each) => each === values.level);
if (level === undefined) throw new Error(`--level is one of ${levels.join(', ')}`);
const { stdout } = spawnSync('npm', ['audit', '--omit', 'dev', '--json'], {
  cwd: root,
  encoding: 'utf8',
  timeout: 60_000,
  maxBuffer: 64 * 1024 * 1024,
});
const { text, passed } = auditVerdict(stdout ?? '', { level, strict: values.strict });
process.stderr.write(`audit of dependencies: ${text}\n`);
process.exitCode = passed ? 0 : 1;
