import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { compileC } from '@canopy/local-mesh';
import { endingWithUs } from '../ending-with-us.ts';
import type { Forwarder } from './flow.ts';
import type { ForwardingSize } from './size.ts';

const source = fileURLToPath(new URL('floor.c', import.meta.url));

/**
 * AES-256-GCM and a loop that sends: what no forwarder can do without. Its receivers read and throw away. Rejects where there is
 * no C compiler, or no OpenSSL to compile with.
 */
export async function startFloor({ load, viewers }: ForwardingSize): Promise<Forwarder> {
  const binary = await compileC(source, ['crypto']);
  const sink = endingWithUs(spawn(binary, ['sink', String(viewers)], { stdio: ['ignore', 'pipe', 'inherit'] }));
  const [line] = (await once(createInterface(sink.stdout), 'line')) as [string];
  const ports = line.trim().split(' ');
  return {
    async flow(ms) {
      const numbers = [ms, load.packetBytes, load.packetsPerBurst, load.burstsPerSecond].map(String);
      const { stdout } = await promisify(execFile)(binary, ['send', ...numbers, ...ports]);
      const [packets = 0, cpuNs = 0] = stdout.split(' ').map(Number);
      return { packets, cpuMs: cpuNs / 1e6, arrived: 1 };
    },
    async [Symbol.asyncDispose]() {
      sink.kill('SIGKILL');
    },
  };
}
