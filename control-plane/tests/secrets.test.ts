import { once } from 'node:events';
import { createServer } from 'node:http';
import { keptLog } from '@canopy/runtime/testing/kept-log';
import { expect, test } from 'vitest';
import { keySecretsOf } from '../src/adapters/crypto/api-key-secrets.ts';
import { recordingLinks } from '../src/adapters/crypto/recording-links.ts';
import type { ControlPlane } from '../src/context.ts';
import { call, codeOf, newMeeting, newToken, testApiKey } from '../src/testing/api.ts';
import { joinWith } from '../src/testing/media.ts';
import { TestMesh } from '../src/testing/mesh.ts';
import { joined } from '../src/testing/people.ts';
import { Visitor } from '../src/testing/visitor.ts';

const oidcSecret = 'what-the-provider-knows-us-by';
const oidcCode = 'a-code-of-the-provider';
const password = 'the password of the meeting';
const relay = {
  urls: ['turn:turn.example.org'],
  username: '2000003600:ada',
  credential: 't0nWgYwFs9mpu6EldKvvoj4j9y0=',
};

/** A provider of OpenID Connect that vouches for nobody, and repeats what it was asked. */
async function startProvider() {
  const tokenRequests: string[] = [];
  const server = createServer((request, response) => {
    let asked = request.headers.authorization ?? '';
    request.on('data', (chunk) => {
      asked += String(chunk);
    });
    request.on('end', () => {
      const isToken = request.url === '/token';
      if (isToken) tokenRequests.push(asked);
      const refusal = { error: 'invalid_grant', error_description: asked };
      const about = { issuer, authorization_endpoint: `${issuer}/auth`, token_endpoint: `${issuer}/token` };
      response.writeHead(isToken ? 400 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(isToken ? refusal : about));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const bound = server.address();
  const issuer = `http://127.0.0.1:${typeof bound === 'object' && bound !== null ? bound.port : ''}`;
  return {
    issuer,
    tokenRequests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function keysAndWebhooks(at: string): Promise<string[]> {
  const { body: key } = await call(at, 'POST', '/v1/keys', { name: 'x', scopes: ['meetings'] });
  const { body: rotated } = await call(at, 'POST', `/v1/keys/${String(key.id)}/rotate`, {});
  const { body: webhook } = await call(at, 'POST', '/v1/webhooks', { url: 'http://127.0.0.1:9/told' });
  await call(at, 'GET', '/v1/meetings', undefined, `Bearer ${String(key.id)}.${String(key.secret)}x`);
  return [testApiKey.secret, String(key.secret), String(rotated.secret), String(webhook.secret)];
}

async function accountsAndSignIn(at: string): Promise<string[]> {
  const ada = await Visitor.signedUp(at, 'Ada');
  const { body: reset } = await call(at, 'POST', '/v1/password-resets', { account: 'ada@example.org' });
  const begun = await ada.ask('GET', '/v1/account/oidc');
  const state = new URL(begun.headers.get('location') ?? '').searchParams.get('state') ?? '';
  const done = await ada.ask('GET', `/v1/account/oidc/callback?code=${oidcCode}&state=${state}`);
  expect(done.headers.get('location')).toBe('/account?error=SIGN_IN_REQUIRED');
  const session = /canopy_session=([^;]+)/.exec(ada.cookies)?.[1] ?? '';
  return ["Ada's password", session, new URL(String(reset.url)).hash.slice(1), oidcSecret, oidcCode];
}

async function links(at: string, meetingId: string): Promise<string[]> {
  const { body } = await call(at, 'GET', `/v1/meetings/${meetingId}/links`);
  const invitations = (body.links as { token: string }[]).map(({ token }) => token);
  for (const token of [...invitations, `${invitations[0]}x`])
    await call(at, 'GET', `/v1/meetings/${meetingId}/invitation`, undefined, `Bearer ${token}`);
  const { signingSecret } = keySecretsOf(testApiKey.secret);
  const recordingId = crypto.randomUUID();
  const link = await recordingLinks.sign(recordingId, { id: testApiKey.id, signingSecret }, Date.now() + 60_000);
  const file = `/v1/meetings/${meetingId}/recordings/${recordingId}/file?token=${link}`;
  expect(codeOf(await call(at, 'GET', file))).toBe('RECORDING_NOT_FOUND');
  return [...invitations, signingSecret, link];
}

async function people(mesh: TestMesh, replica: ControlPlane, meetingId: string): Promise<string[]> {
  const { token } = await newToken(replica.httpAddress, meetingId);
  await (await mesh.client(replica)).ask({ join: { ...joinWith(token), password } });
  await (await mesh.client(replica)).ask({ join: joinWith(`${token}x`) });
  const { client, answer } = await joined(mesh, replica, await newMeeting(replica.httpAddress), 'Ada');
  expect(JSON.stringify(answer)).toContain(relay.credential);
  client.cut();
  const { resumeToken } = answer;
  const resume = { resumeToken, position: answer.meeting?.position, restartIce: true };
  const { resumed } = await (await mesh.client(replica)).ask({ resume });
  await (await mesh.client(replica)).ask({ resume: { ...resume, resumeToken: `${resumeToken}x` } });
  return [password, token, relay.credential, resumeToken, String(resumed?.resumeToken)];
}

test('no secret gets into the log, whatever is asked and however it goes wrong', async () => {
  const { logger, written } = keptLog('control-plane');
  await using provider = await startProvider();
  const oidc = { issuer: provider.issuer, clientId: 'canopy', clientSecret: oidcSecret, name: 'Example' };
  await using mesh = await TestMesh.create({ gated: true, config: { oidc } });
  const edge = await mesh.edge('edge-a', 'eu-central-1');
  edge.iceServers = [relay];
  const replica = await mesh.replica({ logger });
  await mesh.untilHeard([replica], ['edge-a']);
  const at = replica.httpAddress;
  const meetingId = await newMeeting(at, { settings: { password } });
  const secrets = [
    ...(await keysAndWebhooks(at)),
    ...(await accountsAndSignIn(at)),
    ...(await links(at, meetingId)),
    ...(await people(mesh, replica, meetingId)),
  ];
  expect(provider.tokenRequests).toHaveLength(1);

  await mesh.gates.database.close();
  await mesh.gates.redis.close();
  const path = (secret: string) => `/v1/meetings/${meetingId}?token=${encodeURIComponent(secret)}`;
  await Promise.all(secrets.map((secret) => call(at, 'GET', path(secret), undefined, `Bearer ${secret}`)));
  await replica[Symbol.asyncDispose]();

  const log = written();
  expect(secrets.filter((secret) => secret.length < 14)).toEqual([]);
  expect(log).toContain('control plane ready');
  expect(secrets.filter((secret) => log.includes(secret))).toEqual([]);
  expect(log).not.toContain('ada@example.org');
});
