import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ControlPlane } from '../src/context.ts';
import { testApiKey } from '../src/testing/api.ts';
import { TestMesh } from '../src/testing/mesh.ts';

const product = 'https://app.example.org';
const stranger = 'https://evil.example';
const authorization = `Bearer ${testApiKey.id}.${testApiKey.secret}`;

let webRoot: string;
let mesh: TestMesh;
let server: ControlPlane;

beforeAll(async () => {
  webRoot = await mkdtemp(join(tmpdir(), 'canopy-web-'));
  await writeFile(join(webRoot, 'index.html'), '<title>Canopy</title>');
  mesh = await TestMesh.create({ config: { webRoot, allowedOrigins: [product] } });
  server = await mesh.replica();
});

afterAll(async () => {
  await mesh[Symbol.asyncDispose]();
  await rm(webRoot, { recursive: true });
});

const ask = (
  origin: string,
  { method = 'GET', headers = {} }: { method?: string; headers?: Record<string, string> },
  path = '/v1/meetings',
) => fetch(`http://${server.httpAddress}${path}`, { method, headers: { ...headers, origin } });

it('lets pages of the origins that are named use the API by a token, and those of no others', async () => {
  const asked = { 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' };
  const preflight = await ask(product, { method: 'OPTIONS', headers: asked });
  expect(preflight.status).toBe(204);
  expect(preflight.headers.get('access-control-allow-origin')).toBe(product);
  expect(preflight.headers.get('access-control-allow-headers')).toContain('Authorization');
  expect(preflight.headers.get('access-control-allow-credentials')).toBeNull();
  const answer = await ask(product, { headers: { authorization } });
  expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([200, product]);
  // What went wrong is for them to read, too.
  const refused = await ask(product, { headers: { authorization: 'Bearer nobody.secret' } });
  expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([401, product]);
  for (const method of ['OPTIONS', 'GET'])
    expect((await ask(stranger, { method })).headers.get('access-control-allow-origin')).toBeNull();
  expect(answer.headers.get('vary')).toBe('Origin');
});

it('lets them join, and show the web app in a frame', async () => {
  const client = await mesh.client(server, { origin: product });
  expect(client.ws.readyState).toBe(client.ws.OPEN);
  const { headers } = await ask(product, {}, '/m/meeting');
  expect(headers.get('content-security-policy')).toContain(`frame-ancestors ${product}`);
  expect(headers.get('x-frame-options')).toBeNull();
});
