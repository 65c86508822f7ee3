import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { validate } from 'dockerfile-utils';
import { describe, expect, onTestFinished, test } from 'vitest';
import { root } from '../../scripts/setup/paths.mjs';
import { foldersNeededBy } from '../../scripts/supply-chain/deployed.mjs';
import { asksItself, copiedBy, docker, dockerfile, settingsOf, stage } from '../src/testing/images.ts';
import { scratchFolder } from '../src/testing/scratch-folder.ts';

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
    expect(asksItself(name)).toBe(true);
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
    const folder = scratchFolder('image');
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
    const env = {
      EDGE_ID: 'image',
      EDGE_REGION: 'eu-central-1',
      EDGE_WORKERS: '1',
      EDGE_HTTP_LISTEN: '0.0.0.0:0',
      EDGE_GRPC_ADVERTISED: 'localhost:7000',
      MEDIASOUP_WORKER_BIN,
    };
    const edge = spawn(node, ['edge-node/src/main.ts'], { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void edge.kill('SIGKILL'));
    let ready: string | undefined;
    for await (const line of createInterface(edge.stdout)) {
      const { msg, httpAddress } = JSON.parse(line);
      if (msg !== 'edge ready') continue;
      ready = httpAddress;
      break;
    }
    // What Prometheus is told is a name that others know it by.
    expect(ready).toMatch(/^localhost:\d+$/);
    const check = (path: string) => spawnSync(node, [join(docker, 'healthy.mjs'), `http://${ready}${path}`]).status;
    expect(check('/healthz')).toBe(0);
    expect(check('/missing')).toBe(1);

    // As the image is by itself others reach it: without certificates it takes commands from nobody.
    const bare = { ...env, ...settingsOf('edge') };
    const { status, stdout } = spawnSync(node, ['edge-node/src/main.ts'], { cwd: folder, env: bare, encoding: 'utf8' });
    expect(status).toBe(1);
    expect(stdout).toContain('EDGE_TLS_CERT_FILE');
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
