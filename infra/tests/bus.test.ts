import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { busServers } from '@canopy/control-plane/bus-servers';
import { freePorts } from '@canopy/local-mesh';
import { connect, type NatsConnection } from 'nats';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { root } from '../../scripts/setup/paths.mjs';
import { findProgram } from '../../scripts/setup/programs.mjs';
import { ownServicesLeftOut } from '../../scripts/setup/services.mjs';
import { terraformLeftOut } from '../../scripts/setup/terraform.mjs';
import { renderHosts } from '../src/testing/rendered-hosts.ts';
import { ScratchHost } from '../src/testing/scratch-host.ts';

const patience = { timeout: 30_000, interval: 50 };
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
  'canopy.placement.measured': 'control',
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

/** The servers of a cluster as the cloud starts them, on ports of this machine. */
class Cluster implements AsyncDisposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'canopy-bus-'));
  readonly #host: ScratchHost;
  readonly #ports: readonly ServerPorts[];
  readonly #servers: ChildProcess[] = [];

  private constructor(host: ScratchHost, ports: readonly ServerPorts[]) {
    this.#host = host;
    this.#ports = ports;
  }

  static async start(servers: number): Promise<Cluster> {
    const { bus } = await renderHosts(['bus']);
    const free = await freePorts(3 * servers);
    const ports = Array.from({ length: servers }, (_, index) => {
      const [client = 0, cluster = 0, monitor = 0] = free.slice(3 * index);
      return { client, cluster, monitor };
    });
    const cluster = new Cluster(new ScratchHost(bus), ports);
    makeCertificates(cluster.#folder, 'bus=localhost');
    makeCertificates(join(cluster.#folder, 'foreign'), 'bus=localhost');
    await Promise.all(ports.map((_, index) => cluster.startServer(index)));
    return cluster;
  }

  get caFile(): string {
    return join(this.#folder, 'ca.pem');
  }

  /** The addresses for clients, this server's first. */
  addresses(first = 0): string[] {
    const { client } = this.#portsOf(first);
    const others = this.#ports.filter((_, index) => index !== first);
    return [client, ...others.map((other) => other.client)].map((port) => `localhost:${port}`);
  }

  /** Starts a server, by the command of its unit. `authority`: where its certificates are from. Resolves with what it says. */
  async startServer(index: number, ports = this.#portsOf(index), authority = ''): Promise<readonly string[]> {
    const config = join(this.#folder, `nats-${ports.client}.conf`);
    writeFileSync(config, this.#configFor(ports, join(this.#folder, authority, 'bus')));
    const routes = this.#ports.map(({ cluster }) => `nats-route://localhost:${cluster}`).join(',');
    const unit = this.#host.read('etc/systemd/system/canopy-bus.service');
    const [, command = ''] = unit.match(/^ExecStart=(.*)$/m) ?? [];
    const [program = '', ...args] = command
      .replace('/etc/canopy/nats.conf', config)
      .replace(`\${BUS_ROUTES}`, routes)
      .replaceAll(`\${BUS_ADVERTISED}`, `localhost:${ports.cluster}`)
      .split(' ');
    const server = spawn(findProgram(basename(program), process.env) ?? program, args, {
      stdio: ['ignore', 'ignore', 'pipe'],
      // Quoted as scripts/prepare-bus.sh does.
      env: {
        ...Object.fromEntries(Object.values(users).map(({ variable, password }) => [variable, `"${password}"`])),
        FRA_1_PASSWORD: '"5edge"',
      },
    });
    this.#servers[index] = server;
    const said: string[] = [];
    await new Promise<void>((resolve, reject) => {
      createInterface(server.stderr).on('line', (line) => {
        said.push(line);
        if (line.includes('Server is ready')) resolve();
      });
      server.once('error', reject);
      server.once('exit', () => reject(new Error(said.join('\n'))));
    });
    return said;
  }

  /** One more server that knows the others and shows a certificate of another authority. */
  async startStranger(): Promise<{ ports: ServerPorts; said: readonly string[] }> {
    const [client = 0, cluster = 0, monitor = 0] = await freePorts(3);
    const ports = { client, cluster, monitor };
    return { ports, said: await this.startServer(this.#ports.length, ports, 'foreign') };
  }

  /** Ends a server as a power cut does. */
  async kill(index: number): Promise<void> {
    await end(this.#servers[index]);
  }

  /** How many other servers this one talks to. */
  async neighbours({ monitor }: ServerPorts = this.#portsOf(0)): Promise<number> {
    const answer = await fetch(`http://127.0.0.1:${monitor}/routez`);
    const { routes = [] } = (await answer.json()) as { routes?: { remote_id: string }[] };
    return new Set(routes.map((route) => route.remote_id)).size;
  }

  #portsOf(index: number): ServerPorts {
    const ports = this.#ports[index];
    if (ports === undefined) throw new Error(`there is no server ${index}`);
    return ports;
  }

  #configFor({ client, cluster, monitor }: ServerPorts, certificates: string): string {
    return this.#host
      .read('etc/canopy/nats.conf')
      .replaceAll('/run/canopy/cert.pem', join(certificates, 'bus.pem'))
      .replaceAll('/run/canopy/key.pem', join(certificates, 'bus.key'))
      .replaceAll('/run/canopy/ca.pem', join(certificates, 'ca.pem'))
      .replace('port: 4222', `host: 127.0.0.1\nport: ${client}`)
      .replace('port: 6222', `host: 127.0.0.1\n  port: ${cluster}`)
      .replace('http_port: 8222', `http: 127.0.0.1:${monitor}`)
      .replace('users: [', `users: [\n${documentedUser()}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#servers.map(end));
    this.#host[Symbol.dispose]();
    rmSync(this.#folder, { recursive: true });
  }
}

interface ServerPorts {
  client: number;
  cluster: number;
  monitor: number;
}

/** Kills a process, and waits until it is gone. */
async function end(process: ChildProcess | undefined): Promise<void> {
  if (process === undefined || process.exitCode !== null || process.signalCode !== null) return;
  const gone = once(process, 'exit');
  process.kill('SIGKILL');
  await gone;
}

const leftOut = terraformLeftOut(process.env) || ownServicesLeftOut(['NATS'], process.env);

describe.skipIf(leftOut)('the bus as it is rendered', () => {
  let cluster: Cluster;

  beforeAll(async () => {
    cluster = await Cluster.start(3);
  });

  afterAll(() => cluster?.[Symbol.asyncDispose]());

  /** A client as this user, at this server first; it finds another when it loses it. */
  async function connected(user: User, { pass = users[user].password, at = 0 }: { pass?: string; at?: number } = {}) {
    const tls = { caFile: cluster.caFile };
    const servers = { servers: cluster.addresses(at), noRandomize: true, reconnectTimeWait: 50 };
    const connection = await connect({ ...servers, user, pass, tls });
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

  test('replicas alone may ask which servers there are, those that nobody is connected to as well', async () => {
    const question = '$SYS.REQ.ACCOUNT.PING.STATZ';
    for (const { user, role } of everybody) {
      const connection = await connected(user);
      // One that is slow to answer, or has not found the others yet, is not waited for.
      if (role === 'control') await expect.poll(() => busServers(connection), patience).toHaveLength(3);
      else expect(await refusal(connection, () => connection.publish(question))).toBe(`publish ${question}`);
    }
  });

  test('who does not know the password, or the authority, does not get in', async () => {
    await expect(connected('edge', { pass: '1control' })).rejects.toThrow('Authorization Violation');
    const stranger = connect({ servers: cluster.addresses(), user: 'edge', pass: '2edge', reconnect: false });
    await expect(stranger).rejects.toThrow(/certificate/);
  });

  test('an edge with a user of its own speaks for itself only', async () => {
    const tls = { caFile: cluster.caFile };
    const edge = await connect({ servers: cluster.addresses(), user: 'fra-1', pass: '5edge', tls });
    onTestFinished(() => edge.close());
    for (const kind of ['heartbeat', 'fact']) {
      expect(await refusal(edge, () => edge.publish(`canopy.edge.fra-1.${kind}`))).toBeUndefined();
      const others = `canopy.edge.syd-1.${kind}`;
      expect(await refusal(edge, () => edge.publish(others))).toBe(`publish ${others}`);
    }
    const hears = (subject: string) => refusal(edge, () => edge.subscribe(subject, { callback: () => {} }));
    expect(await hears('canopy.edge.*.heartbeat')).toBeUndefined();
    expect(await hears('canopy.route.fra-1')).toBeUndefined();
    expect(await hears('canopy.route.syd-1')).toBe('subscription canopy.route.syd-1');
  });

  test('servers are one bus, and go on when one is lost, and when it comes back', async () => {
    const heard: string[] = [];
    const listening = await connected('control', { at: 0 });
    listening.subscribe('canopy.edge.*.fact', { callback: (_error, message) => heard.push(message.string()) });
    await listening.flush();
    const arrives = async (text: string, { from }: { from: number }) => {
      const speaking = await connected('edge', { at: from });
      expect(speaking.getServer()).toBe(cluster.addresses(from)[0]);
      const say = () => {
        speaking.publish('canopy.edge.one.fact', text);
        return heard;
      };
      await expect.poll(say, patience).toContain(text);
    };
    await arrives('to who is on another server', { from: 1 });
    await cluster.kill(0);
    await arrives('to who had to look for another server', { from: 2 });
    const up = async () => (await busServers(listening)).length;
    await expect.poll(up, patience).toBe(2);
    await cluster.startServer(0);
    await expect.poll(up, patience).toBe(3);
    await arrives('from who is on the one that came back', { from: 0 });
  });

  test('a server with a certificate of another authority is none of them', async () => {
    await expect.poll(() => cluster.neighbours(), patience).toBe(2);
    const { ports, said } = await cluster.startStranger();
    await expect.poll(() => said.join('\n'), patience).toMatch(/TLS route handshake error: .*certificate/);
    expect(await cluster.neighbours(ports)).toBe(0);
    expect(await cluster.neighbours()).toBe(2);
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

/** The user that docs/operations/deploy.md shows. */
function documentedUser(): string {
  const text = readFileSync(join(root, 'docs', 'operations', 'deploy.md'), 'utf8');
  const [user = ''] = text.match(/^ *\{ user: fra-1, [\s\S]*?\n *\} \}\n/m) ?? [];
  return user;
}

/** By the script that operators use: a certificate of an authority that it makes where there is none. */
function makeCertificates(folder: string, ...nodes: string[]): void {
  const script = join(root, 'infra', 'docker', 'make-certificates.sh');
  const { status, stderr } = spawnSync(script, [folder, ...nodes], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
}
