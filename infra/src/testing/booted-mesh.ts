import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../../scripts/setup/paths.mjs';
import { BootedHost } from './booted-host.ts';
import { type RunningStores, startManagedStores } from './managed-stores.ts';
import { PrivateNetwork } from './private-network.ts';
import { renderHosts } from './rendered-hosts.ts';
import type { CloudAnswers } from './scratch-host.ts';

const control = '10.0.0.5';
const edgeAddress = '10.1.0.5';
/** Where the cloud's metadata service is; it is played, and does not listen. */
export const metadataAddress = '169.254.169.254';
const names = [
  `${control} routing.canopy.internal bus.canopy.internal i-0bus.bus.canopy.internal database.example.com redis.example.com`,
  `${edgeAddress} i-0edge.edges.canopy.internal`,
];
const passwords = { database: 'of /, : and @', redis: 'redisPassword', control: '1control', edge: '2edge / :' };

type Role = 'bus' | 'replica' | 'edge' | 'compositor';

/** What the control plane answers. */
interface Answer {
  /** Status line and header fields. */
  head: string;
  /** Empty where it is no JSON. */
  json: Record<string, unknown>;
}

/** One host of each kind as Terraform renders them, booted, with stores as the cloud has them. */
export class BootedMesh implements AsyncDisposable {
  readonly #network: PrivateNetwork;
  readonly #stores: RunningStores;
  readonly bus: BootedHost;
  readonly replica: BootedHost;
  readonly edge: BootedHost;
  readonly compositor: BootedHost;

  private constructor(network: PrivateNetwork, stores: RunningStores, hosts: Record<Role, BootedHost>) {
    this.#network = network;
    this.#stores = stores;
    this.bus = hosts.bus;
    this.replica = hosts.replica;
    this.edge = hosts.edge;
    this.compositor = hosts.compositor;
  }

  /** Resolves when each host has said that its service is ready. */
  static async boot(): Promise<BootedMesh> {
    const configs = await renderHosts(['edge', 'replicas', 'bus', 'compositors']);
    await using stack = new AsyncDisposableStack();
    const network = stack.use(await PrivateNetwork.create([control, edgeAddress, metadataAddress]));
    const { tls, files } = makeCertificates(network);
    const stores = await startManagedStores(network, {
      address: control,
      postgres: { password: passwords.database, tls: files('database') },
      redis: { password: passwords.redis, tls: files('redis') },
    });
    const { TLS_CA: storesAuthority } = tls('database');
    const { TLS_CERT: PUBLIC_TLS_CERT, TLS_KEY: PUBLIC_TLS_KEY } = tls('edge');
    const secrets = {
      bus: { ...tls('bus'), CONTROL_PASSWORD: passwords.control, EDGE_PASSWORD: passwords.edge },
      replica: {
        ...tls('control-plane'),
        DATABASE_PASSWORD: passwords.database,
        REDIS_PASSWORD: passwords.redis,
        NATS_PASSWORD: passwords.control,
        CONTROL_API_KEY: 'operator:0123456789abcdef',
        CONTROL_SEALING_KEYS: `2027:${Buffer.alloc(32, 255).toString('base64')}`,
      },
      edge: {
        ...tls('edge'),
        PUBLIC_TLS_CERT,
        PUBLIC_TLS_KEY,
        NATS_PASSWORD: passwords.edge,
        EDGE_PROBE_KEY: 'a key of the probes',
      },
    };
    const boot = (cloudConfig: string, answers: CloudAnswers) =>
      BootedHost.boot(network, { cloudConfig, answers, names });
    const [bus, replica, edge, compositor] = await Promise.all([
      boot(configs.bus, answersOf('i-0bus', control, secrets.bus, { 'ec2 describe-instances': 'i-0bus' })),
      boot(configs.replicas, answersOf('i-0replica', control, secrets.replica)),
      boot(configs.edge, {
        ...answersOf('i-0edge', edgeAddress, secrets.edge, { 'ec2 describe-addresses': '203.0.113.5' }),
        failsFirst: 'ec2 describe-addresses',
      }),
      boot(
        configs.compositors,
        answersOf('i-0compositor', control, { DATABASE_PASSWORD: passwords.database }, {}, storesAuthority),
      ),
    ]);
    const mesh = new BootedMesh(network, stores, { bus, replica, edge, compositor });
    stack.move();
    return mesh;
  }

  /** From now on the cloud wants the edge's host back. */
  wantEdgeBack(): void {
    const { metadata } = answersOf('i-0edge', edgeAddress, {});
    this.edge.answer({
      metadata: { ...metadata, 'meta-data/autoscaling/target-lifecycle-state': 'Terminated' },
      aws: {},
    });
  }

  /** Asks the control plane from the edge's host, as its operator unless another token is given. */
  async ask(
    method: string,
    path: string,
    { token = 'operator.0123456789abcdef', body = '', type = 'application/json' } = {},
  ): Promise<Answer> {
    const sent = body === '' ? [] : ['--header', `content-type: ${type}`, '--data-binary', body];
    const curl = ['/usr/bin/curl', '--silent', '--show-error', '--include', '--request', method];
    const headers = ['--header', `authorization: Bearer ${token}`];
    const said = await this.edge.did(...curl, ...headers, ...sent, `http://${control}:8080${path}`);
    const [head = '', text = ''] = said.split('\r\n\r\n');
    return { head, json: text.startsWith('{') ? JSON.parse(text) : {} };
  }

  /** What the database answers, line by line. */
  query(sql: string): Promise<string> {
    return this.#stores.query(sql);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#network[Symbol.asyncDispose]();
  }
}

/** What the cloud answers on a host. `databaseAuthority`: what it says that certificates of its databases are signed by. */
function answersOf(
  id: string,
  address: string,
  secret: object,
  aws: Record<string, string> = {},
  databaseAuthority = '',
): CloudAnswers {
  return {
    metadata: {
      'meta-data/instance-id': id,
      'meta-data/local-ipv4': address,
      'meta-data/autoscaling/target-lifecycle-state': 'InService',
      'https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem': databaseAuthority,
    },
    aws: {
      'secretsmanager get-secret-value': JSON.stringify(secret),
      'route53 change-resource-record-sets': '/change/C1',
      'route53 wait': '',
      'autoscaling complete-lifecycle-action': '',
      ...aws,
    },
  };
}

/** Those of docs/operations/terraform.md, made as it says, and of the stores. */
function makeCertificates(network: PrivateNetwork) {
  const folder = mkdtempSync(join(tmpdir(), 'canopy-certificates-'));
  network.afterwards(() => rmSync(folder, { recursive: true }));
  const nodes = [
    'edge=*.edges.canopy.internal',
    'control-plane=routing.canopy.internal',
    'bus=bus.canopy.internal,*.bus.canopy.internal',
    'database=database.example.com',
    'redis=redis.example.com',
  ];
  const script = join(root, 'infra', 'docker', 'make-certificates.sh');
  const { status, stderr } = spawnSync(script, [folder, ...nodes], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  const files = (node: string) => ({
    caFile: join(folder, node, 'ca.pem'),
    certFile: join(folder, node, `${node}.pem`),
    keyFile: join(folder, node, `${node}.key`),
  });
  const tls = (node: string) => {
    const { caFile, certFile, keyFile } = files(node);
    const [TLS_CA = '', TLS_CERT = '', TLS_KEY = ''] = [caFile, certFile, keyFile].map((file) =>
      readFileSync(file, 'utf8'),
    );
    return { TLS_CA, TLS_CERT, TLS_KEY };
  };
  return { files, tls };
}
