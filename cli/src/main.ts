import { CommanderError } from 'commander';
import { failure } from './failure.ts';
import { buildProgram } from './program.ts';

// Who reads no further, such as a "head" that has enough, is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

try {
  await buildProgram(process.env).parseAsync(process.argv);
} catch (error) {
  // What commander refuses it has explained already.
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else {
    const { text, exitCode } = failure(error);
    console.error(`canopy: ${text}`);
    process.exitCode = exitCode;
  }
}
