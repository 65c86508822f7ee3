import { execFile, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { promisify } from 'node:util';
import { type InProcessEdge, receivesEverything, startInProcessEdge } from '@canopy/edge-node/testing';
import { freePorts } from '@canopy/local-mesh';
import { answersStun, type RunningTurnServer, startTurnServer } from '@canopy/local-mesh/testing/turn-server';
import type { IceServer, TransportParameters } from '@canopy/proto/media';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { findProgram } from '../../scripts/setup/programs.mjs';
import { turnLeftOut } from '../../scripts/setup/services.mjs';
import { scratchFolder } from '../src/testing/scratch-folder.ts';
import { TurnClient } from '../src/testing/turn-client.ts';

const run = promisify(execFile);
const infra = join(import.meta.dirname, '..');
const unauthorized = 401;
const forbidden = 403;
const quotaReached = 486;

describe.skipIf(turnLeftOut(process.env))('coturn with the settings of deployments, beside an edge', () => {
  let server: RunningTurnServer;
  let edge: InProcessEdge;

  beforeAll(async () => {
    server = await startTurnServer();
    edge = await startInProcessEdge('relayed', process.env.NATS_URL ?? '', { turn: server });
  });
  afterAll(async () => {
    await edge?.[Symbol.asyncDispose]();
    await server?.[Symbol.asyncDispose]();
  });

  const asked = (participantId: string) => ({
    meetingId: 'm',
    participantId,
    rtpCapabilities: receivesEverything,
    canPublish: true,
    targets: [],
  });
  /** The only one there is. */
  const relayIn = ({ iceServers }: Pick<TransportParameters, 'iceServers'>): IceServer => {
    const [relay] = iceServers;
    if (relay === undefined) throw new Error('the edge named no relay');
    return relay;
  };
  const relayFor = async (participantId: string) => {
    const { receiveTransport } = await edge.client.openSession(asked(participantId));
    return relayIn(receiveTransport ?? { iceServers: [] });
  };
  const allocatedWith = async (credentials: Pick<IceServer, 'username' | 'credential'>, family?: 'ipv4' | 'ipv6') => {
    const client = await TurnClient.open(server.port, credentials);
    return { client, code: await client.allocate(family) };
  };

  test('lets in whom the edge gave credentials, which end an hour later, and are made anew with each restart of ICE', async () => {
    const relay = await relayFor('ada');
    expect(relay.urls).toEqual(server.urls);
    const [endsAt, whose] = relay.username.split(':');
    expect(whose).toBe('ada');
    expect(Math.abs(Number(endsAt) - (Date.now() / 1_000 + 3_600))).toBeLessThan(60);
    const { sendTransport } = await edge.client.setPublishing({ ...asked('ada'), dtlsParameters: undefined });
    const again = relayIn(await edge.client.restartIce({ meetingId: 'm', participantId: 'ada' }));
    for (const credentials of [relay, relayIn(sendTransport ?? { iceServers: [] }), again]) {
      const { client, code } = await allocatedWith(credentials);
      using _ = client;
      expect(code).toBe(0);
    }
  });

  test('speaks TLS, and takes another certificate without ending what it relays', async () => {
    const { client, code } = await allocatedWith(await relayFor('fay'));
    using _ = client;
    expect(code).toBe(0);
    const before = await certificateAt(server);
    await server.renewCertificate();
    await expect.poll(() => certificateAt(server), { timeout: 10_000 }).not.toBe(before);
    expect(await client.permit('127.0.0.1')).toBe(0);
  });

  test('leads to the edge, and nowhere else', async () => {
    const relay = await relayFor('ben');
    const [four, six] = [await allocatedWith(relay), await allocatedWith(relay, 'ipv6')];
    using _four = four.client;
    using _six = six.client;
    expect([four.code, six.code]).toEqual([0, 0]);
    expect(await four.client.permit('127.0.0.1')).toBe(0);
    for (const address of elsewhere.ipv4)
      expect([address, await four.client.permit(address)]).toEqual([address, forbidden]);
    for (const address of elsewhere.ipv6)
      expect([address, await six.client.permit(address)]).toEqual([address, forbidden]);
  });

  test('refuses credentials that have ended, that somebody made up, or that were changed', async () => {
    const { username, credential } = await relayFor('cid');
    const over = `${Math.floor(Date.now() / 1_000) - 1}:cid`;
    const later = `${Number.parseInt(username, 10) + 3_600}:cid`;
    for (const credentials of [
      { username: over, credential: credentialOf(over, server.secret) },
      { username, credential: credentialOf(username, 'another secret than that') },
      { username: later, credential },
      { username: 'cid', credential },
    ]) {
      const { client, code } = await allocatedWith(credentials);
      using _ = client;
      expect([credentials.username, code]).toEqual([credentials.username, unauthorized]);
    }
  });

  test('gives nobody relays without end, whatever the age of the credentials', async () => {
    const relay = await relayFor('dora');
    using clients = new DisposableStack();
    const codes: number[] = [];
    for (let count = 0; count < 33; count++) {
      const { client, code } = await allocatedWith(relay);
      clients.use(client);
      codes.push(code);
    }
    expect(codes.slice(0, 32).every((code) => code === 0)).toBe(true);
    expect(codes.at(-1)).toBe(quotaReached);
  });

  describe('as the compose file starts it', () => {
    /** In a folder that stands for that of the compose file, with what "docker compose exec" would run in its place. */
    async function startAsCompose() {
      const folder = scratchFolder('turn');
      const [port = 0] = await freePorts(1);
      const program = findProgram('turnserver', process.env);
      const play = (name: string, script: string) =>
        writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
      // It listens on every address of a container, and on this one only here; relays have another, which isn't the edge's either.
      play('turnserver', `exec ${program} "$@" -L 127.0.0.1 -E 127.0.0.2 -p ${port}`);
      play('docker', '[ "$1 $2 $3 $4" = "compose exec -T turn" ] && shift 4 && exec "$@"');
      const secretFile = join(folder, 'secrets', 'turn', 'secret');
      const env = {
        PATH: `${folder}:${process.env.PATH}`,
        TMPDIR: folder,
        CANOPY_COMPOSE: folder,
        DOMAIN: 'meet.example.org',
        PUBLIC_ADDRESS: '203.0.113.7',
        TURN_SECRET_FILE: secretFile,
      };
      const script = join(infra, 'docker', 'turn-secret.sh');
      const changeSecret = async (...args: string[]) => {
        await run(script, args, { env });
        return readFileSync(secretFile, 'utf8').trim();
      };
      const secret = await changeSecret();
      const command = [join(infra, 'docker', 'turn.sh'), join(infra, 'turn', 'turnserver.conf')];
      const container = spawn('/bin/sh', command, { env, stdio: ['ignore', 'ignore', 'inherit'] });
      const ended = once(container, 'exit');
      onTestFinished(async () => {
        container.kill();
        await ended;
      });
      await expect.poll(() => answersStun(port), { timeout: 10_000 }).toBe(true);
      return { port, secret, changeSecret };
    }

    test('it is found well as long as it answers', async () => {
      const { port } = await startAsCompose();
      const { services } = parse(readFileSync(join(infra, 'docker', 'compose.yaml'), 'utf8'), { merge: true });
      const [kind, program, ...args]: string[] = services.turn.healthcheck.test;
      expect(kind).toBe('CMD');
      const check = (at: number, timeout: number) =>
        run(
          program ?? '',
          args.map((arg) => (arg === '3478' ? String(at) : arg)),
          { timeout },
        );
      await check(port, 10_000);
      const [nobody = 0] = await freePorts(1);
      await expect(check(nobody, 1_000)).rejects.toThrow('Command failed');
    });

    test('it leads to the address that browsers reach the edge at', async () => {
      const { port, secret } = await startAsCompose();
      using client = await TurnClient.open(port, credentialsOf('eve', secret));
      expect([await client.allocate(), await client.permit('203.0.113.7')]).toEqual([0, 0]);
      expect(await client.permit('172.30.0.1')).toBe(forbidden);
    });

    test('its secret is changed while relays go on', async () => {
      const { port, secret, changeSecret } = await startAsCompose();
      const allocate = async (credentials: Pick<IceServer, 'username' | 'credential'>) => {
        using client = await TurnClient.open(port, credentials);
        return await client.allocate();
      };
      const before = credentialsOf('ada', secret);
      using relayed = await TurnClient.open(port, before);
      expect(await relayed.allocate()).toBe(0);

      const next = await changeSecret();
      expect(next).not.toBe(secret);
      // Who was given credentials before may come to need them.
      for (const credentials of [credentialsOf('ben', next), before]) expect(await allocate(credentials)).toBe(0);

      await changeSecret('forget');
      expect(await allocate(before)).toBe(unauthorized);
      expect(await allocate(credentialsOf('ben', next))).toBe(0);
      expect([await relayed.refresh(), await relayed.permit('203.0.113.7')]).toEqual([0, 0]);
    });
  });
});

const credentialOf = (username: string, secret: string) => createHmac('sha1', secret).update(username).digest('base64');

function credentialsOf(participantId: string, secret: string) {
  const username = `${Math.floor(Date.now() / 1_000) + 600}:${participantId}`;
  return { username, credential: credentialOf(username, secret) };
}

/** The fingerprint of the certificate of a server that shows one of its authority. */
async function certificateAt({ tlsPort: port, caFile }: RunningTurnServer): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port, ca: readFileSync(caFile) });
  await once(socket, 'secureConnect');
  const { fingerprint256 } = socket.getPeerCertificate();
  socket.destroy();
  return fingerprint256;
}

const elsewhere = {
  ipv4: [
    '0.0.0.0',
    '10.0.0.1',
    '100.64.0.1',
    '127.0.0.2',
    '169.254.169.254',
    '172.16.0.1',
    '192.168.1.1',
    '198.18.0.1',
    '203.0.113.9',
    '224.0.0.1',
    '8.8.8.8',
    '255.255.255.255',
  ],
  ipv6: ['::', '::1', '::ffff:10.0.0.1', '64:ff9b::a00:1', '2001:db8::1', 'fc00::1', 'fd00::1', 'fe80::1', 'ff02::1'],
};
