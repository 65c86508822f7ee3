// node scripts/run.mjs PURPOSE ENTRY [ARGUMENTS]: sets up, then runs a program of the project on its Node.
import { runProgram } from './setup/program.mjs';
import { runScript, setUp, toPurpose } from './setup/setup.mjs';

const [purpose, ...command] = process.argv.slice(2);

await runScript(async () => {
  const node = await setUp(toPurpose(purpose));
  return runProgram(node, command);
});
