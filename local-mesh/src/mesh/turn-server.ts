import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TlsFiles } from '@canopy/runtime/grpc';
import { findProgram } from '../../../scripts/setup/programs.mjs';
import { baseEnvironment } from '../processes/environment.ts';
import type { Guard } from '../processes/guard.ts';
import { ManagedProcess } from '../processes/managed-process.ts';
import { greets } from '../processes/probes.ts';
import { StartError } from '../processes/start-error.ts';
import { projectFolder } from '../project.ts';
import type { Place } from './place.ts';

export interface TurnServerSettings {
  name: string;
  place: Place;
  port: number;
  /** For TURN over TLS. */
  tlsPort: number;
  tls: TlsFiles;
  /** host:port of `port`, for this process. */
  address: string;
  /** What it shares with its edge. */
  secret: string;
  /** The address of its edge: relays lead there and nowhere else. */
  edgeAddress: string;
  /** Where relays are; default: the address of its place. */
  relayAddresses?: readonly string[];
  dataDir: string;
}

/** A STUN Binding request (RFC 8489 §6), and how an answer to it begins. */
const binding = { request: '\x00\x01\x00\x00\x21\x12\xa4\x42is it there?', answer: '\x01\x01' };

/** Whether a STUN or TURN server answers over TCP at a port of 127.0.0.1. */
export function answersStun(port: number): Promise<boolean> {
  return greets(port, binding.answer, binding.request);
}

/** coturn beside an edge, with the settings that deployments have (infra/turn). */
export class TurnServer extends ManagedProcess {
  /** For the edge: where clients reach it. */
  readonly urls: readonly string[];
  readonly secret: string;
  /** Of TURN over TLS; SIGUSR2 has it read them anew. */
  readonly tls: TlsFiles;

  constructor(settings: TurnServerSettings, guard: Guard) {
    const { name, place, port, tlsPort, tls, secret, dataDir } = settings;
    const program = findProgram('turnserver', process.env);
    if (program === undefined)
      throw new StartError('coturn is not installed: install it (Debian, Ubuntu: sudo apt-get install coturn).');
    const [command, args] = place.command(program, ['-c', writeSettings(settings)]);
    const outside = Number(settings.address.split(':').at(-1));
    super(
      {
        name,
        command,
        args,
        env: baseEnvironment(process.env),
        logFile: join(dataDir, 'logs', `${name}.log`),
        stopSignal: 'SIGTERM',
        isReady: () => answersStun(outside),
        readyTimeoutMs: 30_000,
      },
      guard,
    );
    this.urls = [
      ...['udp', 'tcp'].map((transport) => `turn:${place.address}:${port}?transport=${transport}`),
      `turns:${place.address}:${tlsPort}?transport=tcp`,
    ];
    this.secret = secret;
    this.tls = tls;
  }
}

/** Returns the file's path. */
function writeSettings(settings: TurnServerSettings): string {
  const { name, place, port, tlsPort, tls, secret, edgeAddress, relayAddresses = [place.address], dataDir } = settings;
  const folder = join(dataDir, 'turn');
  mkdirSync(folder, { recursive: true });
  const own = [
    'realm=canopy',
    `static-auth-secret=${secret}`,
    `allowed-peer-ip=${edgeAddress}`,
    ...(edgeAddress.startsWith('127.') ? ['allow-loopback-peers'] : []),
    `listening-ip=${place.address}`,
    ...relayAddresses.map((address) => `relay-ip=${address}`),
    `listening-port=${port}`,
    `tls-listening-port=${tlsPort}`,
    `cert=${tls.certFile}`,
    `pkey=${tls.keyFile}`,
    // Its log says who comes.
    'verbose',
    `pidfile=${join(folder, `${name}.pid`)}`,
    `userdb=${join(folder, `${name}.sqlite`)}`,
  ];
  const file = join(folder, `${name}.conf`);
  const common = readFileSync(join(projectFolder, 'infra', 'turn', 'turnserver.conf'), 'utf8');
  writeFileSync(file, `${common}\n${own.join('\n')}\n`, { mode: 0o600 });
  return file;
}
