import { CommanderError } from 'commander';
import { failure } from './failure.ts';
import { buildProgram } from './program.ts';
import { keyPlace } from './settings.ts';

// Who reads no further, such as a "head" that has enough, is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

const program = buildProgram(process.env);
try {
  await program.parseAsync(process.argv);
} catch (error) {
  // What commander refuses it has explained already.
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else {
    const { text, exitCode } = failure(error, keyPlace(program, process.env));
    console.error(`canopy: ${text}`);
    process.exitCode = exitCode;
  }
}
