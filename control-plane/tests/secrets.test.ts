import { Writable } from 'node:stream';
import { createLogger } from '@canopy/runtime/logger';
import { expect, test } from 'vitest';
import { call, newMeeting, newToken, testApiKey } from '../src/testing/api.ts';
import { joinWith } from '../src/testing/media.ts';
import { TestMesh } from '../src/testing/mesh.ts';
import { joined } from '../src/testing/people.ts';

test('no secret gets into the log, whatever is asked and however it goes wrong', async () => {
  let log = '';
  const destination = new Writable({
    write(chunk, _encoding, done) {
      log += String(chunk);
      done();
    },
  });
  await using mesh = await TestMesh.create({ gated: true });
  await mesh.edge('edge-a', 'eu-central-1');
  const replica = await mesh.replica({ logger: createLogger('control-plane', 'debug', destination) });
  await mesh.untilHeard([replica], ['edge-a']);
  const at = replica.httpAddress;
  const secrets = [testApiKey.secret, 'correct horse battery', 'the password of the meeting'];

  const { body: key } = await call(at, 'POST', '/v1/keys', { name: 'x', scopes: ['meetings'] });
  const { body: rotated } = await call(at, 'POST', `/v1/keys/${String(key.id)}/rotate`, {});
  secrets.push(String(key.secret), String(rotated.secret));
  const { body: webhook } = await call(at, 'POST', '/v1/webhooks', { url: 'http://127.0.0.1:9/told' });
  secrets.push(String(webhook.secret));
  const account = { email: 'ada@example.org', password: 'correct horse battery', name: 'Ada' };
  const signedUp = await fetch(`http://${at}/v1/account`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: `http://${at}` },
    body: JSON.stringify(account),
  });
  secrets.push(/canopy_session=([^;]+)/.exec(signedUp.headers.get('set-cookie') ?? '')?.[1] ?? '');
  const meetingId = await newMeeting(at, { settings: { password: 'the password of the meeting' } });
  const { token } = await newToken(at, meetingId);
  const { client } = await joined(mesh, replica, await newMeeting(at), 'Ada');
  secrets.push(token);
  await (await mesh.client(replica)).ask({ join: { ...joinWith(token), password: 'the password of the meeting' } });
  await (await mesh.client(replica)).ask({ join: joinWith(`${token}x`) });
  client.cut();

  await mesh.gates.database.close();
  await mesh.gates.redis.close();
  for (const authorization of [undefined, `Bearer ${String(key.id)}.${String(key.secret)}`, `Bearer ${token}`])
    await call(at, 'GET', `/v1/meetings/${meetingId}?token=${token}`, undefined, authorization);
  await replica[Symbol.asyncDispose]();

  expect(secrets.every((secret) => secret.length >= 16)).toBe(true);
  expect(log).toContain('control plane ready');
  expect(secrets.filter((secret) => log.includes(secret))).toEqual([]);
  expect(log).not.toContain(account.email);
});
