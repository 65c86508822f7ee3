import { randomUUID } from 'node:crypto';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultRequestLimits, type RequestLimits } from '../src/adapters/redis/request-limits.ts';
import type { ControlPlane } from '../src/context.ts';
import { call, codeOf, newMeeting, newToken } from '../src/testing/api.ts';
import { TestMesh } from '../src/testing/mesh.ts';
import { Visitor } from '../src/testing/visitor.ts';

interface Route {
  method: string;
  path: string;
}

/** What orchestrators and scrapers ask; a load balancer leads nobody else there. */
const unlimited = ['GET /healthz', 'GET /metrics', 'GET /readyz', 'HEAD /healthz', 'HEAD /metrics', 'HEAD /readyz'];
const office = '192.0.2.1';
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

describe('meetings', () => {
  it('are made only so fast by a user, and by an address where everybody may, but as fast as it asks by a key', async () => {
    await using open = await TestMesh.create({ config: { openAccess: true, signUp: true } });
    const requestLimits = { ...defaultRequestLimits, userMeetings: few, addressMeetings: few };
    const { httpAddress } = await open.replica({ requestLimits });
    const mara = await Visitor.signedUp(httpAddress, 'Mara');
    const byAnybody = () => call(httpAddress, 'POST', '/v1/meetings', {}, null);
    for (const make of [() => mara.ask('POST', '/v1/meetings', {}), byAnybody]) {
      for (let made = 0; made < few.requests; made++) expect((await make()).status).toBe(201);
      expect(codeOf(await make())).toBe('RATE_LIMITED');
    }
    for (let made = 0; made <= few.requests; made++) await newMeeting(httpAddress);
  });

  it('in a user’s own room are no exception', async () => {
    const { httpAddress } = await strict({ userMeetings: few });
    const rita = await Visitor.signedUp(httpAddress, 'Rita');
    const open = () => rita.ask('POST', '/v1/account/room');
    for (let made = 0; made < few.requests; made++) {
      const { body: room } = await open();
      // One that is there is opened as often as they like.
      expect((await open()).body.id).toBe(room.id);
      expect((await rita.ask('POST', `/v1/meetings/${String(room.id)}/end`)).status).toBe(200);
    }
    expect(codeOf(await open())).toBe('RATE_LIMITED');
  });
});

describe('a path that is spelt otherwise', () => {
  it('counts for the same', async () => {
    await using apart = await TestMesh.create();
    const replica = await apart.replica({ requestLimits: { ...defaultRequestLimits, address: few } });
    const statuses = [];
    for (let request = 0; request <= few.requests; request++)
      statuses.push((await ask(replica, { method: 'GET', path: '/%761/config' })).status);
    expect(statuses).toEqual([200, 200, 200, 429]);
  });
});

const signIn = (httpAddress: string, address: string, given: { email: string; password: string }) =>
  fetch(`http://${httpAddress}/v1/account/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': address, origin: `http://${httpAddress}` },
    body: JSON.stringify(given),
  });

describe('whoever has a whole IPv6 network', () => {
  it('is counted as one, whichever of its addresses it comes from', async () => {
    await using behindProxy = await TestMesh.create({ config: { trustedProxies: ['127.0.0.1'] } });
    const requestLimits = { ...defaultRequestLimits, address: few };
    const { httpAddress } = await behindProxy.replica({ requestLimits });
    const from = async (address: string) => {
      const answer = await fetch(`http://${httpAddress}/v1/config`, { headers: { 'x-forwarded-for': address } });
      return answer.status;
    };
    for (let host = 1; host <= few.requests; host++) expect(await from(`2001:db8:1:2::${host}`)).toBe(200);
    expect(await from('2001:db8:1:2:ffff::')).toBe(429);
    expect(await from('2001:db8:1:3::1')).toBe(200);
  });

  it('has no more tries at passwords than anybody else', async () => {
    await using behindProxy = await TestMesh.create({ config: { trustedProxies: ['127.0.0.1'] } });
    const { httpAddress } = await behindProxy.replica();
    const guess = async (address: string, attempt: number) => {
      const given = { email: `nobody-${attempt}@example.org`, password: 'a guess of some length' };
      return (await signIn(httpAddress, address, given)).status;
    };
    const answers = [];
    for (let attempt = 1; attempt <= 21; attempt++) answers.push(await guess(`2001:db8:1:2::${attempt}`, attempt));
    expect(answers).toEqual([...Array(20).fill(401), 429]);
    expect(await guess('2001:db8:1:3::1', 0)).toBe(401);
  });
});

describe('signing in', () => {
  const right = { email: 'ada@example.org', password: "Ada's password" };
  const wrong = { ...right, password: 'a guess of some length' };

  it('with the right password is never too often', async () => {
    await using behindProxy = await TestMesh.create({ config: { trustedProxies: ['127.0.0.1'] } });
    const { httpAddress } = await behindProxy.replica();
    await Visitor.signedUp(httpAddress, 'Ada');
    for (let person = 0; person < 25; person++) expect((await signIn(httpAddress, office, right)).status).toBe(201);
  });

  it('is refused for a while at an address that guessed, but not to the owner at another', async () => {
    await using behindProxy = await TestMesh.create({ config: { trustedProxies: ['127.0.0.1'] } });
    const { httpAddress } = await behindProxy.replica();
    await Visitor.signedUp(httpAddress, 'Ada');
    for (let guess = 0; guess < 20; guess++) expect((await signIn(httpAddress, office, wrong)).status).toBe(401);
    const refused = await signIn(httpAddress, office, right);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(1);
    expect((await signIn(httpAddress, '192.0.2.2', right)).status).toBe(201);
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
    // Of a resource of WHIP or WHEP, too, whichever way it is changed.
    for (const protocol of ['whip', 'whep']) {
      for (const method of ['PATCH', 'DELETE']) {
        const resource = `http://${replica.httpAddress}/v1/${protocol}/${meetingId}/${randomUUID()}`;
        const answer = await fetch(resource, {
          method,
          headers: {
            authorization: `Bearer ${token}`,
            ...(method === 'PATCH' && { 'content-type': 'application/trickle-ice-sdpfrag', 'if-match': '*' }),
          },
          ...(method === 'PATCH' && { body: 'a=ice-ufrag:abcd' }),
        });
        expect(answer.status, `${method} ${protocol}`).toBe(429);
      }
    }
    expect((await call(replica.httpAddress, 'GET', path, undefined, `Bearer ${another.token}`)).status).toBe(200);
  });
});
