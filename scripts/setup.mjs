// node scripts/setup.mjs [code|mesh|browser]: everything a fresh clone needs, on Node 20 with nothing installed.
import { runScript, setUp, toPurpose } from './setup/setup.mjs';

await runScript(async () => {
  await setUp(toPurpose(process.argv[2] ?? 'browser'));
  return 0;
});
