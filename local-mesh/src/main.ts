// The launcher behind `npm start`.
import { launch, tell } from './launcher.ts';
import { readOptions, usage } from './options.ts';
import { StartError } from './processes/start-error.ts';
import { stopSignal } from './stop-signal.ts';

const signal = stopSignal();
try {
  const options = readOptions(process.argv.slice(2));
  if (options === undefined) console.log(usage);
  else await launch(options, signal, {}, process.stdin);
} catch (error) {
  if (!signal.aborted) {
    if (!(error instanceof StartError)) throw error;
    tell(error.message);
    process.exitCode = 1;
  }
}
process.exit();
