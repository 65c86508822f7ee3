import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from '../../../scripts/setup/programs.mjs';
import { baseEnvironment } from '../processes/environment.ts';
import type { ProcessSpec } from '../processes/managed-process.ts';
import { greets } from '../processes/probes.ts';
import { StartError } from '../processes/start-error.ts';

/** Redis (or Valkey) that keeps everything in memory. */
export function redisSpec(dataDir: string, port: number): ProcessSpec {
  const command = findProgram('redis-server', process.env) ?? findProgram('valkey-server', process.env);
  if (command === undefined) throw new StartError('Redis is not installed: run "npm run setup", or set REDIS_URL.');
  const folder = join(dataDir, 'redis');
  mkdirSync(folder, { recursive: true });
  const settings = {
    bind: '127.0.0.1',
    port: String(port),
    dir: folder,
    save: '',
    appendonly: 'no',
    daemonize: 'no',
  };
  return {
    name: 'Redis',
    command,
    args: Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]),
    env: baseEnvironment(process.env),
    logFile: join(dataDir, 'logs', 'redis.log'),
    stopSignal: 'SIGTERM',
    isReady: () => greets(port, '+PONG', 'PING\r\n'),
    readyTimeoutMs: 30_000,
  };
}
