import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { putIntoCache, takeFromCache } from './cache.mjs';
import { downloadWorker, prebuiltUrl } from './download.mjs';
import { cacheKey, prebuiltName } from './platform.mjs';

const debian = { os: 'linux', arch: 'x64', libc: 'glibc2.36', kernelMajor: '6' };
const mac = { os: 'darwin', arch: 'arm64', libc: 'system', kernelMajor: '24' };

test("prebuilt archives are named as mediasoup's releases name them", () => {
  expect(prebuiltName('3.27.1', debian)).toBe('mediasoup-worker-3.27.1-linux-x64-kernel6.tgz');
  expect(prebuiltName('3.27.1', mac)).toBe('mediasoup-worker-3.27.1-darwin-arm64.tgz');
});

test('a mirror replaces the release page', () => {
  const env = { MEDIASOUP_WORKER_PREBUILT_DOWNLOAD_BASE_URL: 'https://mirror.example/mediasoup' };
  expect(prebuiltUrl('3.27.1', 'worker.tgz', env)).toBe('https://mirror.example/mediasoup/3.27.1/worker.tgz');
  expect(prebuiltUrl('3.27.1', 'worker.tgz', {})).toMatch(/^https:\/\/github\.com\/versatica\/mediasoup\/releases\//);
});

test('a cached worker is for one version, platform, libc and recipe', () => {
  const key = cacheKey('3.27.1', debian, 'a'.repeat(64));
  expect(key).toBe('3.27.1-linux-x64-glibc2.36-aaaaaaaaaaaa');
  const others = [
    cacheKey('3.27.2', debian, 'a'.repeat(64)),
    cacheKey('3.27.1', { ...debian, libc: 'musl' }, 'a'.repeat(64)),
    cacheKey('3.27.1', debian, 'b'.repeat(64)),
  ];
  expect(others).not.toContain(key);
});

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'canopy-worker-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

test('the cache gives back what was put in, and nothing that was changed since', () => {
  const folder = temporaryFolder();
  const cache = join(folder, 'cache');
  expect(takeFromCache(cache)).toBeUndefined();
  writeFileSync(join(folder, 'built'), 'worker');
  putIntoCache(cache, join(folder, 'built'));
  const cached = takeFromCache(cache) ?? '';
  expect(readFileSync(cached, 'utf8')).toBe('worker');
  writeFileSync(cached, 'tampered');
  expect(takeFromCache(cache)).toBeUndefined();
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  vi.stubEnv('NO_PROXY', '127.0.0.1');
  onTestFinished(() => {
    vi.unstubAllEnvs();
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/worker.tgz`;
}

test('a download that is never answered is given up', async () => {
  const url = await serve(() => {});
  const patience = { answerMs: 50, totalMs: 10_000 };
  await expect(downloadWorker(url, temporaryFolder(), patience)).rejects.toThrow('no answer');
});

test('a download that stands still half-way is given up', async () => {
  const url = await serve((_request, response) => {
    response.writeHead(200).write('half');
  });
  const patience = { answerMs: 5_000, totalMs: 100 };
  await expect(downloadWorker(url, temporaryFolder(), patience)).rejects.toThrow(/timeout|aborted/);
});

test('a download that is not there says so', async () => {
  const url = await serve((_request, response) => void response.writeHead(404).end());
  const patience = { answerMs: 5_000, totalMs: 5_000 };
  await expect(downloadWorker(url, temporaryFolder(), patience)).rejects.toThrow('the server answered 404');
});
