// node scripts/generate.mjs: the TypeScript of the wire types, after a change in proto/.
import { generateWireTypes } from './setup/generated.mjs';
import { runScript } from './setup/setup.mjs';

await runScript(async () => {
  await generateWireTypes((text) => process.stderr.write(`wire types: ${text}\n`));
  return 0;
});
