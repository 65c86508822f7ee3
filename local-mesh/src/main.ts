// The launcher behind `npm start`.
import { once } from 'node:events';
import { join } from 'node:path';
import { startMesh } from './mesh/mesh.ts';
import { type LauncherOptions, readOptions, usage } from './options.ts';
import { describeExit, type ManagedProcess } from './processes/managed-process.ts';
import { isPortTaken } from './processes/ports.ts';
import { StartError } from './processes/start-error.ts';
import { projectFolder } from './project.ts';
import { stopSignal } from './stop-signal.ts';

const tell = (text: string) => process.stderr.write(`${text}\n`);

async function run(options: LauncherOptions, signal: AbortSignal): Promise<void> {
  if (await isPortTaken(options.webPort))
    throw new StartError(`Port ${options.webPort} is in use: choose another with --web-port.`);
  await using mesh = await startMesh({
    ...options,
    dataDir: join(projectFolder, '.local-mesh'),
    env: process.env,
    signal,
    report: tell,
  });
  tellOfDeaths([...mesh.replicas, ...mesh.edges], signal);
  console.log(`ready ${mesh.url}`);
  if (!signal.aborted) await once(signal, 'abort');
  tell('stopping');
}

function tellOfDeaths(nodes: readonly ManagedProcess[], stopping: AbortSignal): void {
  for (const node of nodes)
    void node.exited().then((exit) => {
      const { name, logFile } = node.spec;
      if (exit !== undefined && !stopping.aborted) tell(`${name} ended: ${describeExit(exit)}; its log is ${logFile}`);
    });
}

const signal = stopSignal();
try {
  const options = readOptions(process.argv.slice(2));
  if (options === undefined) console.log(usage);
  else await run(options, signal);
  process.exit(0);
} catch (error) {
  if (signal.aborted) process.exit(0);
  if (!(error instanceof StartError)) throw error;
  tell(error.message);
  process.exit(1);
}
