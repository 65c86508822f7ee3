import { obsOffer } from '@canopy/control-plane/core/sdp/testing/offers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findProgram } from '../../scripts/setup/programs.mjs';
import { ownServicesLeftOut } from '../../scripts/setup/services.mjs';
import { terraformLeftOut } from '../../scripts/setup/terraform.mjs';
import { bootingLeftOut } from '../src/testing/booted-host.ts';
import { BootedMesh, metadataAddress } from '../src/testing/booted-mesh.ts';

const withTurn = findProgram('turnserver', process.env) !== undefined;
const patience = { timeout: 60_000 };

const leftOut = [
  terraformLeftOut(process.env),
  bootingLeftOut(),
  ownServicesLeftOut(['PostgreSQL', 'Redis', 'NATS'], process.env),
].some(Boolean);

describe.skipIf(leftOut)('hosts that systemd boots', { timeout: 150_000 }, () => {
  let mesh: BootedMesh;

  beforeAll(async () => {
    mesh = await BootedMesh.boot();
  }, 170_000);

  afterAll(() => mesh[Symbol.asyncDispose]());

  const edgeProgress = async () => (await mesh.ask('GET', '/v1/edges/i-0edge')).json;
  const readiness = async () => (await mesh.ask('GET', '/readyz')).json;

  test('count for their groups once their services are ready', async () => {
    const groups = { 'canopy-bus': mesh.bus, 'canopy-control': mesh.replica, 'canopy-edge': mesh.edge };
    for (const [group, host] of Object.entries(groups))
      expect(await host.calls()).toContainEqual(
        expect.stringMatching(`^aws autoscaling complete-lifecycle-action .*--lifecycle-hook-name ${group}-arrive`),
      );
  });

  test('start their services when the cloud had what they need only later', async () => {
    const asked = (await mesh.edge.calls()).filter((call) => call.startsWith('aws route53 change'));
    // The first attempt came to nothing after its name was written.
    expect(asked).toHaveLength(2);
    expect(await mesh.edge.property('canopy-edge', 'ActiveState')).toBe('active');
  });

  test('reach their stores, the bus and each other over TLS', async () => {
    expect(await readiness()).toMatchObject({ ready: true });
    await expect.poll(edgeProgress, patience).toMatchObject({ region: 'eu-central-1', state: 'ready' });
  });

  test('run services that are no root and write nowhere but into their folder', async () => {
    const services = [
      ['canopy-bus', mesh.bus, 'canopy'],
      ['canopy-control-plane', mesh.replica, 'canopy'],
      ['canopy-edge', mesh.edge, 'canopy'],
      ['canopy-compositor', mesh.compositor, 'canopy'],
      ...(withTurn ? ([['canopy-turn', mesh.edge, 'canopy-turn']] as const) : []),
    ] as const;
    for (const [unit, host, user] of services) {
      const pid = await host.property(unit, 'MainPID');
      const status = await host.did('cat', `/proc/${pid}/status`);
      expect(status).toMatch(new RegExp(`^Uid:\\s+${await host.did('id', '--user', user)}\\s`, 'm'));
      expect(status).toMatch(/^CapEff:\s+0+$/m);
      expect(status).toMatch(/^NoNewPrivs:\s+1$/m);
      const inside = ['nsenter', `--target=${pid}`, '--mount', '--root', '--wd', 'touch'];
      expect((await host.run(...inside, '/opt/canopy/x')).errors).toContain('Read-only file system');
      expect(await host.run(...inside, `/var/lib/${user}/x`)).toMatchObject({ code: 0 });
    }
    expect(await mesh.replica.did('stat', '--format=%a %U %G', '/run/canopy/key.pem')).toBe('640 root canopy');
  });

  test.runIf(withTurn)('let the TURN server read its own secrets, and none of the edge’s', async () => {
    const pid = await mesh.edge.property('canopy-edge', 'MainPID');
    const ofEdge = [
      ...['host.env', 'key.pem', 'public-key.pem'].map((name) => `/run/canopy/${name}`),
      '/var/lib/canopy/recorded',
      `/proc/${pid}/environ`,
    ];
    await mesh.edge.did('touch', '/var/lib/canopy/recorded');
    const ofTurn = ['turnserver.conf', 'turn.pem', 'turn-key.pem'].map((name) => `/run/canopy/${name}`);
    const read = (user: string, file: string) =>
      mesh.edge.run('setpriv', `--reuid=${user}`, `--regid=${user}`, '--init-groups', 'cat', file);
    const refused = { code: 1, errors: expect.stringContaining('Permission denied') };
    for (const file of ofEdge) {
      expect(await read('canopy', file), file).toMatchObject({ code: 0 });
      expect(await read('canopy-turn', file), file).toMatchObject(refused);
    }
    for (const file of ofTurn) {
      expect(await read('canopy-turn', file), file).toMatchObject({ code: 0 });
      expect(await read('canopy', file), file).toMatchObject(refused);
    }
  });

  test.runIf(withTurn)(
    'let the edge ask the metadata service, which hands out its rights, but not the TURN server',
    async () => {
      const asAmong = (unit: string) =>
        `echo $$ > /sys/fs/cgroup/system.slice/${unit}.service/cgroup.procs && echo > /dev/udp/${metadataAddress}/80`;
      const ask = (unit: string) => mesh.edge.run('bash', '-c', asAmong(unit));
      expect(await ask('canopy-edge')).toMatchObject({ code: 0 });
      expect(await ask('canopy-turn')).toMatchObject({ code: 1, errors: expect.stringContaining('not permitted') });
    },
  );

  test('compose what was recorded', async () => {
    const id = String((await mesh.ask('POST', '/v1/meetings', { body: '{}' })).json.id);
    await mesh.query(
      `INSERT INTO recordings (id, meeting_id, status, ended_at) VALUES (gen_random_uuid(), '${id}', 'stopped', now())`,
    );
    // No edge put anything into the store: a compositor that reads the database says so.
    const said = () => mesh.query(`SELECT composition_error FROM recordings WHERE meeting_id = '${id}'`);
    await expect.poll(said, patience).toBe('RECORDING_EMPTY');
    expect(await mesh.compositor.property('canopy-compositor', 'NRestarts')).toBe('0');
  });

  test('start a service again that was killed', async () => {
    const pid = () => mesh.replica.property('canopy-control-plane', 'MainPID');
    const before = await pid();
    await mesh.replica.did('systemctl', 'kill', '--signal=KILL', 'canopy-control-plane');
    await expect.poll(pid, patience).not.toMatch(new RegExp(`^(0|${before})$`));
    await expect.poll(() => readiness().catch(() => undefined), patience).toMatchObject({ ready: true });
  });

  test('are given back once nobody is on them', async () => {
    await expect.poll(edgeProgress, patience).toMatchObject({ state: 'ready' });
    const id = String((await mesh.ask('POST', '/v1/meetings', { body: '{}' })).json.id);
    const asHost = { body: '{"name":"Ada","role":"host"}' };
    const token = String((await mesh.ask('POST', `/v1/meetings/${id}/tokens`, asHost)).json.token);
    const { head } = await mesh.ask('POST', '/v1/whip', { token, body: obsOffer, type: 'application/sdp' });
    const [, session = ''] = head.match(/^location: (\S+)/im) ?? [];
    await expect.poll(edgeProgress, patience).toMatchObject({ sessions: 1 });

    mesh.wantEdgeBack();
    const completed = expect.stringContaining('--lifecycle-hook-name canopy-edge-leave');
    await expect.poll(() => mesh.edge.calls(), patience).toContainEqual(completed);
    expect(await mesh.edge.property('canopy-edge', 'ActiveState')).toBe('inactive');
    expect(await mesh.edge.property('canopy-edge', 'Result')).toBe('success');
    expect(await mesh.edge.property('canopy-edge', 'ExecMainStatus')).toBe('0');
    expect(await mesh.edge.calls()).toContainEqual(expect.stringMatching(/"DELETE".*"i-0edge.edges.canopy.internal"/));
    // Who was on it was sent away, to come again elsewhere; nobody was cut off.
    expect((await mesh.ask('DELETE', session, { token })).head).toMatch(/^HTTP\S* 404/);
    await expect.poll(() => mesh.replica.journal(), patience).toContain('a session by WHIP or WHEP ended');
  });
});
