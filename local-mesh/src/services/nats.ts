import { join } from 'node:path';
import { findProgram } from '../../../scripts/setup/programs.mjs';
import { baseEnvironment } from '../processes/environment.ts';
import type { ProcessSpec } from '../processes/managed-process.ts';
import { greets } from '../processes/probes.ts';
import { StartError } from '../processes/start-error.ts';

/** NATS without JetStream: nothing relies on the bus to keep anything. */
export function natsSpec(dataDir: string, port: number): ProcessSpec {
  const command = findProgram('nats-server', process.env);
  if (command === undefined) throw new StartError('NATS is not installed: run "npm run setup", or set NATS_URL.');
  return {
    name: 'NATS',
    command,
    args: ['--addr', '127.0.0.1', '--port', String(port)],
    env: baseEnvironment(process.env),
    logFile: join(dataDir, 'logs', 'nats.log'),
    stopSignal: 'SIGTERM',
    isReady: () => greets(port, 'INFO '),
    readyTimeoutMs: 30_000,
  };
}
