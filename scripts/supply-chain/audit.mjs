// node scripts/supply-chain/audit.mjs: asks the registry for known vulnerabilities of what is deployed. Fails for those rated
// high or critical; where the registry does not say, or there is none, it says so and passes, or fails with CANOPY_AUDIT=required.
import { spawnSync } from 'node:child_process';
import { root } from '../setup/paths.mjs';
import { auditVerdict } from './verdict.mjs';

const { stdout } = spawnSync('npm', ['audit', '--omit', 'dev', '--json'], {
  cwd: root,
  encoding: 'utf8',
  timeout: 60_000,
  maxBuffer: 64 * 1024 * 1024,
});
const { text, passed } = auditVerdict(stdout ?? '', process.env.CANOPY_AUDIT === 'required');
process.stderr.write(`audit of dependencies: ${text}\n`);
process.exitCode = passed ? 0 : 1;
