import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultRequestLimits, type RequestLimits } from '../src/adapters/redis/request-limits.ts';
import type { ControlPlane } from '../src/context.ts';
import { call, codeOf, newMeeting, newToken } from '../src/testing/api.ts';
import { TestMesh } from '../src/testing/mesh.ts';

interface Route {
  method: string;
  path: string;
}

/** What orchestrators and scrapers ask; a load balancer leads nobody else there. */
const unlimited = ['GET /healthz', 'GET /metrics', 'GET /readyz', 'HEAD /healthz', 'HEAD /metrics', 'HEAD /readyz'];
const few = { requests: 3, seconds: 600 };

let mesh: TestMesh;

beforeAll(async () => {
  mesh = await TestMesh.create();
});
afterAll(async () => {
  await mesh[Symbol.asyncDispose]();
});

const strict = (limits: Partial<RequestLimits>) =>
  mesh.replica({ requestLimits: { ...defaultRequestLimits, ...limits } });

/** Starts a replica, and notes each route that it opens. */
async function withRoutes(start: () => Promise<ControlPlane>): Promise<{ replica: ControlPlane; routes: Route[] }> {
  const routes: Route[] = [];
  const listen = (message: unknown) => {
    // What Fastify publishes (https://fastify.dev/docs/latest/Reference/Hooks/#diagnostics-channel-hooks).
    const { fastify } = message as { fastify: FastifyInstance };
    fastify.addHook('onRoute', ({ method, url }) => {
      for (const one of [method].flat()) routes.push({ method: one, path: url });
    });
  };
  subscribe('fastify.initialization', listen);
  try {
    return { replica: await start(), routes };
  } finally {
    unsubscribe('fastify.initialization', listen);
  }
}

const ask = (replica: ControlPlane, { method, path }: Route) =>
  fetch(`http://${replica.httpAddress}${path.replace(/:\w+/g, '0').replace('*', 'x')}`, { method });

describe('an address that asked too much', () => {
  it('is refused on every route there is, but those that orchestrators ask', async () => {
    const { replica, routes } = await withRoutes(() => strict({ address: few, reader: few }));
    expect(routes.map(({ path }) => path)).toEqual(expect.arrayContaining(['/v1/meetings', '/v1/whip', '/v1/audit']));
    for (const path of ['/v1/config', '/docs/']) {
      for (let request = 0; request < few.requests; request++) await ask(replica, { method: 'GET', path });
    }
    const open: string[] = [];
    for (const route of routes) {
      const { status } = await ask(replica, route);
      if (status !== 429) open.push(`${route.method} ${route.path}`);
    }
    expect(open.sort()).toEqual(unlimited);
    expect((await ask(replica, { method: 'GET', path: '/any/page' })).status).toBe(429);
  });
});

describe('a caller that asked too much', () => {
  it('is refused from wherever it asks, while others are answered', async () => {
    const other = await mesh.replica();
    const meetingId = await newMeeting(other.httpAddress);
    const replica = await strict({ key: few, participant: few });
    const { token } = await newToken(other.httpAddress, meetingId);
    const key = (await call(other.httpAddress, 'POST', '/v1/keys', { name: 'busy', scopes: ['meetings'] })).body;
    const path = `/v1/meetings/${meetingId}`;
    for (const [credential, asked] of [
      [token, path],
      [`${String(key.id)}.${String(key.secret)}`, '/v1/webhooks'],
    ] as const) {
      const answers = [];
      for (let request = 0; request <= few.requests; request++)
        answers.push(await call(replica.httpAddress, 'GET', asked, undefined, `Bearer ${credential}`));
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
      expect(answers.map(codeOf).at(-1)).toBe('RATE_LIMITED');
    }
    const another = await newToken(other.httpAddress, meetingId, 'Bea');
    expect((await call(replica.httpAddress, 'GET', path, undefined, `Bearer ${another.token}`)).status).toBe(200);
  });
});
