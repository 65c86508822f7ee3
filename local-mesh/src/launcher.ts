import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { type Mesh, type MeshOptions, startMesh } from './mesh/mesh.ts';
import type { LauncherOptions } from './options.ts';
import { obey } from './orders.ts';
import { describeExit, type ManagedProcess } from './processes/managed-process.ts';
import { isPortTaken } from './processes/ports.ts';
import { StartError } from './processes/start-error.ts';
import { projectFolder } from './project.ts';

/** Progress goes to standard error: standard output says only where the mesh is. */
export const tell = (text: string) => process.stderr.write(`${text}\n`);

/** Runs a local mesh until `signal` aborts. `overrides` are for tests of the launcher; lines of `orders` add, kill and start edges. */
export async function launch(
  options: LauncherOptions,
  signal: AbortSignal,
  overrides: Pick<MeshOptions, 'dataDir' | 'entries'> = {},
  orders?: Readable,
): Promise<void> {
  if (await isPortTaken(options.webPort))
    throw new StartError(`Port ${options.webPort} is in use: choose another with --web-port.`);
  await using mesh = await startMesh({
    ...options,
    composes: true,
    dataDir: join(projectFolder, '.local-mesh'),
    env: process.env,
    signal,
    report: tell,
    ...overrides,
  });
  tellOfDeaths([...mesh.replicas, ...mesh.edges], signal);
  console.log(`ready ${mesh.url}`);
  if (orders !== undefined) void followOrders(mesh, orders, signal);
  if (!signal.aborted) await once(signal, 'abort');
  tell('stopping');
}

/** Somebody at the terminal plays what may happen to edges. */
async function followOrders(mesh: Mesh, orders: Readable, signal: AbortSignal): Promise<void> {
  for await (const line of createInterface({ input: orders, signal })) {
    if (line.trim() === '') continue;
    try {
      const edge = await obey(mesh, line);
      if (edge.pid !== undefined) tellOfDeaths([edge], signal);
      tell(`${edge.id} ${edge.pid === undefined ? 'does not run' : 'runs'}`);
    } catch (error) {
      tell(error instanceof Error ? error.message : String(error));
    }
  }
}

function tellOfDeaths(nodes: readonly ManagedProcess[], stopping: AbortSignal): void {
  for (const node of nodes)
    void node.exited().then((exit) => {
      const { name, logFile } = node.spec;
      if (exit !== undefined && !stopping.aborted) tell(`${name} ended: ${describeExit(exit)}; its log is ${logFile}`);
    });
}
