// node scripts/setup.mjs [PURPOSE]: everything a fresh clone needs for it, or for all tests, on Node 20 with nothing installed.
import { runScript, setUp, toPurpose } from './setup/setup.mjs';

await runScript(async () => {
  await setUp(toPurpose(process.argv[2] ?? 'test'));
  return 0;
});
