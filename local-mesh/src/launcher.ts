import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { Advised } from '@canopy/runtime/advisories';
import { ffmpegNeed, unmet } from '../../scripts/setup/services.mjs';
import { type Mesh, type MeshOptions, startMesh } from './mesh/mesh.ts';
import type { LauncherOptions } from './options.ts';
import { obey } from './orders.ts';
import { describeExit, type ManagedProcess } from './processes/managed-process.ts';
import { isPortTaken } from './processes/ports.ts';
import { StartError } from './processes/start-error.ts';
import { projectFolder } from './project.ts';
import { advisories } from './services/advisories.ts';
import { checkGiven } from './services/given.ts';

/** One that ends at its start is not to fill the log. */
const restartAfterMs = 1_000;

/** Progress goes to standard error: standard output says only where the mesh is. */
export const tell = (text: string) => process.stderr.write(`${text}\n`);

/** Runs a local mesh until `signal` aborts. `overrides` are for tests; lines of `orders` add, kill and start edges. */
export async function launch(
  options: LauncherOptions,
  signal: AbortSignal,
  overrides: Pick<MeshOptions, 'dataDir' | 'entries' | 'env'> = {},
  orders?: Readable,
): Promise<void> {
  if (await isPortTaken(options.webPort))
    throw new StartError(`Port ${options.webPort} is in use: choose another with --web-port.`);
  const { env = process.env } = overrides;
  await checkGiven(env);
  const records = unmet([ffmpegNeed], process.env).length === 0;
  await using mesh = await startMesh({
    ...options,
    records,
    composes: records,
    dataDir: join(projectFolder, '.local-mesh'),
    env,
    signal,
    report: tell,
    ...overrides,
  });
  tellOfDeaths([...mesh.replicas, ...mesh.edges, ...relaysOf(mesh)], signal);
  for (const text of await advisories(advisedPrograms(mesh))) tell(text);
  for (const compositor of mesh.compositors) void keepRunning(compositor, signal);
  console.log(`ready ${mesh.url}`);
  if (orders !== undefined) void followOrders(mesh, orders, signal);
  if (!signal.aborted) await once(signal, 'abort');
  tell('stopping');
}

function relaysOf(mesh: Mesh): ManagedProcess[] {
  return mesh.edges.flatMap(({ relay }) => relay ?? []);
}

/** Those that were started here. */
function advisedPrograms(mesh: Mesh): Advised[] {
  const started: Advised[] = [];
  if (mesh.services.nats !== undefined) started.push('nats-server');
  if (relaysOf(mesh).length > 0) started.push('turnserver');
  return started;
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
  for (const node of nodes) void tellOfDeath(node, stopping);
}

/** False: it ended because all is to end. */
async function tellOfDeath(node: ManagedProcess, stopping: AbortSignal): Promise<boolean> {
  const exit = await node.exited();
  if (exit === undefined || stopping.aborted) return false;
  tell(`${node.spec.name} ended: ${describeExit(exit)}; its log is ${node.spec.logFile}`);
  return true;
}

/** Starts what nobody tests the loss of again: it goes on with the work it finds. */
async function keepRunning(worker: ManagedProcess, stopping: AbortSignal): Promise<void> {
  try {
    while (await tellOfDeath(worker, stopping)) {
      await delay(restartAfterMs, undefined, { signal: stopping });
      await worker.start(stopping);
      tell(`${worker.spec.name} was started again`);
    }
  } catch (error) {
    if (!stopping.aborted) tell(`${worker.spec.name} cannot be started again: ${String(error)}`);
  }
}
