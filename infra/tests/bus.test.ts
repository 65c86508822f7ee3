import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePorts } from '@canopy/local-mesh';
import { connect, type NatsConnection } from 'nats';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { findProgram } from '../../scripts/setup/programs.mjs';
import { terraformLeftOut } from '../../scripts/setup/terraform.mjs';
import { renderHosts } from '../src/testing/rendered-hosts.ts';
import { ScratchHost } from '../src/testing/scratch-host.ts';

const busProto = new URL('../../proto/canopy/v1/bus.proto', import.meta.url);

/** Who says what: a change of the bus that the permissions do not follow fails here. */
const speakers: Record<string, 'edge' | 'control'> = {
  'canopy.edge.one.heartbeat': 'edge',
  'canopy.edge.one.fact': 'edge',
  'canopy.route.one': 'control',
  'canopy.meeting.one.event': 'control',
  'canopy.meeting.one.connection': 'control',
  'canopy.placement.reservation': 'control',
  'canopy.placement.reached': 'control',
  'canopy.breakouts.changed': 'control',
  'canopy.replica.one.pulse': 'control',
};

/** What an edge hears (edge-node/src/adapters/nats-bus.ts); the control plane hears all but routes, which it sends. */
const edgeHears = ['canopy.edge.one.heartbeat', 'canopy.route.one'];

/** Its users, with their passwords, and what these are called. Digits first: NATS reads variables as it reads its settings. */
const users = {
  control: { role: 'control', variable: 'CONTROL_PASSWORD', password: '1control' },
  'control-2': { role: 'control', variable: 'CONTROL_PASSWORD_2', password: '3control' },
  edge: { role: 'edge', variable: 'EDGE_PASSWORD', password: '2edge' },
  'edge-2': { role: 'edge', variable: 'EDGE_PASSWORD_2', password: '4edge' },
} as const;
type User = keyof typeof users;
const everybody = Object.entries(users).map(([user, { role }]) => ({ user: user as User, role }));

describe.skipIf(terraformLeftOut(process.env))('the bus as it is rendered', () => {
  const folder = mkdtempSync(join(tmpdir(), 'canopy-bus-'));
  const stop: (() => Promise<unknown>)[] = [];
  let port = 0;

  beforeAll(async () => {
    makeCertificate(folder);
    const [client = 0, cluster = 0, monitor = 0] = await freePorts(3);
    port = client;
    const config = (await renderedConfig())
      .replaceAll('/run/canopy/', `${folder}/`)
      .replace('port: 4222', `host: 127.0.0.1\nport: ${client}`)
      .replace('port: 6222', `host: 127.0.0.1\n  port: ${cluster}`)
      .replace('http_port: 8222', `http: 127.0.0.1:${monitor}`);
    writeFileSync(join(folder, 'nats.conf'), config);
    const server = spawn(
      findProgram('nats-server', process.env) ?? 'nats-server',
      ['--config', join(folder, 'nats.conf')],
      {
        stdio: ['ignore', 'ignore', 'pipe'],
        // Quoted as scripts/prepare-bus.sh does.
        env: Object.fromEntries(Object.values(users).map(({ variable, password }) => [variable, `"${password}"`])),
      },
    );
    const ended = new Promise((resolve) => server.once('exit', resolve));
    stop.push(() => {
      server.kill();
      return ended;
    });
    const printed: string[] = [];
    await new Promise<void>((resolve, reject) => {
      createInterface(server.stderr).on('line', (line) => {
        printed.push(line);
        if (line.includes('Server is ready')) resolve();
      });
      server.once('error', reject);
      server.once('exit', () => reject(new Error(printed.join('\n'))));
    });
  }, 60_000);

  afterAll(async () => {
    await Promise.all(stop.map((end) => end()));
    rmSync(folder, { recursive: true });
  });

  async function connected(user: User, pass: string = users[user].password) {
    const caFile = join(folder, 'ca.pem');
    const connection = await connect({ servers: `localhost:${port}`, user, pass, tls: { caFile } });
    onTestFinished(() => connection.close());
    return connection;
  }

  test('the subjects of bus.proto are those that are tested here', () => {
    const listed = [...readFileSync(busProto, 'utf8').matchAll(/`(canopy\.[^`]+)`/g)].map(
      ([, subject = '']) => subject,
    );
    expect(listed.map((subject) => subject.replace(/<\w+>/, 'one')).sort()).toEqual(Object.keys(speakers).sort());
  });

  test.each(Object.entries(speakers))('%s is said by %s alone', async (subject, speaker) => {
    for (const { user, role } of everybody) {
      const connection = await connected(user);
      expect(await refusal(connection, () => connection.publish(subject))).toBe(
        role === speaker ? undefined : `publish ${subject}`,
      );
    }
  });

  test.each(Object.keys(speakers))('%s is heard by those it is for', async (subject) => {
    for (const { user, role } of everybody) {
      const connection = await connected(user);
      const may = role === 'edge' ? edgeHears.includes(subject) : subject !== 'canopy.route.one';
      const refused = await refusal(connection, () => connection.subscribe(subject, { callback: () => {} }));
      expect(refused).toBe(may ? undefined : `subscription ${subject}`);
    }
  });

  test('nobody hears everything', async () => {
    for (const { user } of everybody) {
      const connection = await connected(user);
      expect(await refusal(connection, () => connection.subscribe('>', { callback: () => {} }))).toBe('subscription >');
    }
  });

  test('who does not know the password, or the authority, does not get in', async () => {
    await expect(connected('edge', '1control')).rejects.toThrow('Authorization Violation');
    const stranger = connect({ servers: `localhost:${port}`, user: 'edge', pass: '2edge', reconnect: false });
    await expect(stranger).rejects.toThrow(/certificate/);
  });
});

/** What the server refuses of what is done; undefined: nothing. It answers in order, so after a round trip all is known. */
async function refusal(connection: NatsConnection, deed: () => void): Promise<string | undefined> {
  const refused: string[] = [];
  const reading = (async () => {
    for await (const { permissionContext } of connection.status())
      if (permissionContext !== undefined) refused.push(`${permissionContext.operation} ${permissionContext.subject}`);
  })();
  reading.catch((error: unknown) => refused.push(String(error)));
  deed();
  await connection.flush();
  await connection.flush();
  return refused[0];
}

async function renderedConfig(): Promise<string> {
  const { bus } = await renderHosts(['bus']);
  using host = new ScratchHost(bus);
  return host.read('etc/canopy/nats.conf');
}

/** A certificate that is its own authority, for localhost. */
function makeCertificate(folder: string): void {
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const files = ['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')];
  const made = spawnSync('openssl', [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-days',
    '1',
    ...subject,
    ...files,
  ]);
  if (made.status !== 0) throw new Error(`openssl: ${made.stderr.toString()}`);
  writeFileSync(join(folder, 'ca.pem'), readFileSync(join(folder, 'cert.pem')));
}
