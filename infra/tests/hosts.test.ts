import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { readCompositorConfig, readConfig } from '@canopy/control-plane';
import { readEnvironment, toConfig } from '@canopy/edge-node';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { findProgram } from '../../scripts/setup/programs.mjs';
import { terraformLeftOut } from '../../scripts/setup/terraform.mjs';
import { type RenderedHosts, renderHosts } from '../src/testing/rendered-hosts.ts';
import { scratchFolder } from '../src/testing/scratch-folder.ts';
import { type CloudAnswers, ScratchHost } from '../src/testing/scratch-host.ts';

const tls = { TLS_CA: 'the authority', TLS_CERT: 'the certificate', TLS_KEY: 'the key' };

const metadata = {
  'meta-data/instance-id': 'i-0abc',
  'meta-data/local-ipv4': '10.1.0.5',
  'meta-data/autoscaling/target-lifecycle-state': 'Terminated',
};

function answers(secret: Record<string, string>, aws: Record<string, string> = {}): CloudAnswers {
  return {
    metadata: { ...metadata, 'https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem': 'those of RDS' },
    aws: {
      'secretsmanager get-secret-value': JSON.stringify({ ...tls, ...secret }),
      'route53 change-resource-record-sets': '/change/C1',
      'route53 wait': '',
      ...aws,
    },
  };
}

const edgeSecret = {
  EDGE_PROBE_KEY: 'a key of the probes',
  NATS_PASSWORD: 'with /, : and @',
  PUBLIC_TLS_CERT: 'one that browsers trust',
  PUBLIC_TLS_KEY: 'its key',
};
const edgeAnswers = answers(edgeSecret, { 'ec2 describe-addresses': '203.0.113.5' });
const replicaAnswers = answers({
  DATABASE_PASSWORD: 'with /, : and @',
  REDIS_PASSWORD: 'redisPassword',
  NATS_PASSWORD: 'natsPassword',
  CONTROL_API_KEY: 'operator:0123456789abcdef',
  CONTROL_SEALING_KEYS: `2027:${Buffer.alloc(32, 255).toString('base64')}`,
});

const compositorAnswers: CloudAnswers = {
  ...replicaAnswers,
  aws: { 'secretsmanager get-secret-value': JSON.stringify({ DATABASE_PASSWORD: 'with /, : and @' }) },
};

describe.skipIf(terraformLeftOut(process.env))('hosts', () => {
  let configs: RenderedHosts;

  beforeAll(async () => {
    configs = await renderHosts(['edge', 'replicas', 'bus', 'compositors', 'observer']);
  }, 120_000);

  function host(name: keyof RenderedHosts): ScratchHost {
    const scratch = new ScratchHost(configs[name]);
    onTestFinished(() => scratch[Symbol.dispose]());
    return scratch;
  }

  /** As if the release had been fetched before. */
  function withRelease(scratch: ScratchHost): ScratchHost {
    scratch.write('opt/canopy/.release', `${scratch.fact('RELEASE_SHA256')}\n`);
    return scratch;
  }

  test('an edge starts with settings that it understands', () => {
    const scratch = withRelease(host('edge'));
    expect(scratch.runScript('usr/local/lib/canopy/prepare', edgeAnswers)).toMatchObject({ code: 0, errors: '' });
    const config = toConfig(readEnvironment(scratch.environmentOf('canopy-edge.service')));
    expect(config).toMatchObject({
      edgeId: 'i-0abc',
      region: 'eu-central-1',
      workers: 4,
      media: { listenIp: '10.1.0.5', announcedAddress: '203.0.113.5', firstPort: 44_300 },
      links: { linkIp: '10.1.0.5', minPort: 40_000, maxPort: 43_999 },
      probing: { key: 'a key of the probes', port: 7_001 },
      grpcAdvertised: { host: 'i-0abc.edges.canopy.internal', port: 7_000 },
      httpListen: { host: '10.1.0.5', port: 9_464 },
      controlPlanes: ['routing.canopy.internal:8081'],
      drainTimeoutMs: 900_000,
      public: {
        listen: { host: '10.1.0.5', port: 8_443 },
        url: 'https://203-0-113-5.edges.example.org:8443',
        tls: { certFile: '/run/canopy/public.pem', keyFile: '/run/canopy/public-key.pem' },
      },
      recording: { dir: '/var/lib/canopy/recordings', store: { bucket: 'example-recordings', region: 'eu-central-1' } },
    });
    expect(new URL(config.natsUrl)).toMatchObject({
      protocol: 'tls:',
      username: 'edge',
      host: 'bus.canopy.internal:4222',
    });
    expect(decodeURIComponent(new URL(config.natsUrl).password)).toBe('with /, : and @');
    expect(scratch.read('run/canopy/key.pem').trim()).toBe('the key');
  });

  test('the TURN server beside an edge knows its secret, and leads to that edge only', () => {
    const scratch = withRelease(host('edge'));
    expect(scratch.runScript('usr/local/lib/canopy/prepare', edgeAnswers)).toMatchObject({ code: 0, errors: '' });
    const { EDGE_TURN_URLS, EDGE_TURN_SECRET } = scratch.environmentOf('canopy-edge.service');
    expect(EDGE_TURN_URLS?.split(',')).toEqual([
      'turn:203.0.113.5:3478?transport=udp',
      'turn:203.0.113.5:3478?transport=tcp',
      'turns:203-0-113-5.edges.example.org:5349?transport=tcp',
    ]);
    expect(EDGE_TURN_SECRET).toMatch(/^[0-9a-f]{64}$/);
    const lines = scratch.read('run/canopy/turnserver.conf').split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        `static-auth-secret=${EDGE_TURN_SECRET}`,
        'denied-peer-ip=0.0.0.0-255.255.255.255',
        'allowed-peer-ip=203.0.113.5',
        'external-ip=203.0.113.5/10.1.0.5',
        'listening-port=3478',
        'tls-listening-port=5349',
        'min-port=50000',
        'max-port=59999',
      ]),
    );
    expect(lines.filter((line) => line.startsWith('allowed-peer-ip'))).toHaveLength(1);
  });

  test('the TURN server beside an edge gets files of its own, and none of the edge’s', () => {
    const scratch = withRelease(host('edge'));
    const { calls } = scratch.runScript('usr/local/lib/canopy/prepare', edgeAnswers);
    const given = calls.flatMap((call) => {
      const [, user, name] = call.match(/^chgrp (\S+) .*\/run\/canopy\/(\S+)$/) ?? [];
      return name === undefined ? [] : [{ user, name }];
    });
    const of = (wanted: string) => given.filter(({ user }) => user === wanted).map(({ name }) => name);
    expect(of('canopy-turn').sort()).toEqual(['turn-key.pem', 'turn.pem', 'turnserver.conf']);
    expect(of('canopy').sort()).toEqual(['ca.pem', 'cert.pem', 'host.env', 'key.pem', 'public-key.pem', 'public.pem']);
    expect(readdirSync(join(scratch.root, 'run/canopy'))).toHaveLength(given.length);
    const named = scratch.read('run/canopy/turnserver.conf').matchAll(/^\w+=\/run\/canopy\/(.*)$/gm);
    expect(Array.from(named, ([, name]) => name)).toEqual(['turn.pem', 'turn-key.pem']);
    expect(scratch.read('run/canopy/turn-key.pem')).toBe(scratch.read('run/canopy/public-key.pem'));
  });

  test('the unit for edges by hand is the one that hosts have, but for what the cloud prepares', () => {
    const byHand = readFileSync(join(import.meta.dirname, '../systemd/canopy-edge.service'), 'utf8');
    const unit = host('edge').read('etc/systemd/system/canopy-edge.service').split('\n');
    const prepared = ['Requires=canopy-prepare.service', 'EnvironmentFile=/run/canopy/host.env'];
    const rest = unit
      .filter((line) => !prepared.includes(line))
      .map((line) => line.replace(' canopy-prepare.service', ''));
    expect(byHand.split('\n')).toEqual(rest);
  });

  test('the settings for edges by hand are understood', () => {
    const text = readFileSync(join(import.meta.dirname, '../../docs/operations/deploy.md'), 'utf8');
    const [block = ''] = text.match(/^ *EDGE_ID=fra-1\n[\s\S]*?(?=\n *```)/m) ?? [];
    const lines = block.replace('EDGE_PROBE_KEY=…', 'EDGE_PROBE_KEY=0123456789abcdef').split('\n');
    const config = toConfig(readEnvironment(Object.fromEntries(lines.map((line) => line.trim().split('=')))));
    expect(config).toMatchObject({ edgeId: 'fra-1', media: { firstPort: 44_300 }, links: { maxPort: 43_999 } });
    expect(config.tls).toBeDefined();
    // A page that came over HTTPS measures over HTTPS only.
    expect(config.public).toMatchObject({
      url: 'https://fra-1.example.org:8443',
      tls: { keyFile: expect.any(String) },
    });
  });

  test('backup.md stops the services of replicas and compositors, and holds their groups', () => {
    const text = readFileSync(join(import.meta.dirname, '../../docs/operations/backup.md'), 'utf8');
    const [, section = ''] = text.match(/^### With RDS\n([\s\S]*?)^## /m) ?? [];
    const [, groups] = section.match(/^for group in (.*); do$/m) ?? [];
    const hosts = [host('replicas'), host('compositors')];
    expect(groups?.split(' ')).toEqual(hosts.map((scratch) => scratch.fact('GROUP')));
    const stopped = Array.from(section.matchAll(/systemctl stop (\S+)/g), ([, name]) => `${name}.service`);
    expect(stopped).toEqual(hosts.map((scratch) => scratch.fact('UNIT')));
  });

  test('systemd waits longer for an edge than it may drain', () => {
    const unit = host('edge').read('etc/systemd/system/canopy-edge.service');
    expect(unit).toContain('TimeoutStopSec=930');
    expect(unit).toContain('KillMode=mixed');
  });

  test('an edge without an elastic address does not start', () => {
    const none = answers(edgeSecret, { 'ec2 describe-addresses': 'None', 'ec2 associate-address': '' });
    const scratch = withRelease(host('edge'));
    expect(scratch.runScript('usr/local/lib/canopy/prepare', none).code).not.toBe(0);
  });

  test.each(['edge', 'bus'] as const)('a host of %s has a service only once its name is served', (name) => {
    const asked = { 'ec2 describe-addresses': '203.0.113.5', 'ec2 describe-instances': 'i-0abc' };
    const { aws, metadata } = answers({ ...edgeSecret, CONTROL_PASSWORD: '1a', EDGE_PASSWORD: '2b' }, asked);
    const { 'route53 wait': _, ...tooEarly } = aws;
    const scratch = withRelease(host(name));
    const { code, calls } = scratch.runScript('usr/local/lib/canopy/prepare', { metadata, aws: tooEarly });
    expect(code).not.toBe(0);
    expect(() => scratch.read('run/canopy/host.env')).toThrow('ENOENT');
    expect(calls.filter((call) => call.startsWith('aws route53'))).toEqual([
      expect.stringMatching(/ change-resource-record-sets .*"Action": "UPSERT"/),
      'aws route53 wait resource-record-sets-changed --id /change/C1',
    ]);
  });

  test('an edge that is to go drains, takes its name away, and then hands the host back', () => {
    const leaving = answers({}, { 'autoscaling complete-lifecycle-action': '' });
    const { code, errors, calls } = host('edge').runScript('usr/local/lib/canopy/leave', leaving);
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    const deeds = calls.filter((call) => !call.startsWith('curl'));
    expect(deeds).toEqual([
      'systemctl stop canopy-edge.service',
      expect.stringMatching(/^aws route53 .*"Action": "DELETE".*"Name": "i-0abc.edges.canopy.internal"/),
      'aws autoscaling complete-lifecycle-action --lifecycle-action-result CONTINUE --lifecycle-hook-name canopy-edge-leave --auto-scaling-group-name canopy-edge --instance-id i-0abc',
    ]);
  });

  test('an edge tells how loaded it is, and does not as long as it drains', () => {
    const metrics = (draining: 0 | 1) =>
      ['canopy_edge_load_ratio 0.42', `canopy_edge_draining ${draining}`, 'canopy_edge_load_ratio_of_another 7'].join(
        '\n',
      );
    const told = (draining: 0 | 1) => {
      const scratch = host('edge');
      // The second minute never ends well.
      scratch.write(
        'bin/sleep',
        `#!/bin/sh\n[ ! -e '${scratch.root}/slept' ] && touch '${scratch.root}/slept'\n`,
        0o755,
      );
      const { metadata: known } = edgeAnswers;
      const { code, errors, calls } = scratch.runScript('usr/local/lib/canopy/report', {
        metadata: { ...known, 'http://10.1.0.5:9464/metrics': metrics(draining) },
        aws: { 'cloudwatch put-metric-data': '' },
      });
      expect({ code, errors }).toEqual({ code: 0, errors: '' });
      return calls.filter((call) => call.startsWith('aws'));
    };
    expect(told(0)).toEqual([
      'aws cloudwatch put-metric-data --namespace Canopy --metric-name canopy_edge_load_ratio --dimensions AutoScalingGroupName=canopy-edge --value 0.42',
    ]);
    expect(told(1)).toEqual([]);
  });

  test('a release that is not the one asked for is not unpacked, and not kept', () => {
    const scratch = host('edge');
    const forged = answers(edgeSecret, { 's3 cp': '' });
    const { code, errors } = scratch.runScript('usr/local/lib/canopy/prepare', forged);
    expect(code).not.toBe(0);
    expect(errors).toContain('did NOT match');
    expect(() => scratch.read('opt/canopy/.release')).toThrow('ENOENT');
    expect(readdirSync(join(scratch.root, 'tmp'))).toEqual([]);
  });

  test('a replica starts with settings that it understands', () => {
    const scratch = withRelease(host('replicas'));
    expect(scratch.runScript('usr/local/lib/canopy/prepare', replicaAnswers)).toMatchObject({ code: 0, errors: '' });
    const config = readConfig(scratch.environmentOf('canopy-control-plane.service'));
    expect(config).toMatchObject({
      httpListen: '0.0.0.0:8080',
      grpcListen: '0.0.0.0:8081',
      trustedProxies: ['10.0.0.0/16'],
      allowedOrigins: ['https://meet.example.org'],
      publicUrl: 'https://meet.example.org',
      oidc: undefined,
      openAccess: false,
      apiKey: { id: 'operator', secret: '0123456789abcdef' },
      sealingKeys: { first: { id: '2027' } },
      redisUrl: 'rediss://:redisPassword@redis.example.com:6379',
      natsUrl: 'tls://control:natsPassword@bus.canopy.internal:4222',
      replicaId: 'i-0abc',
      metricsAddress: '10.1.0.5:8080',
      recordings: { bucket: 'example-recordings', region: 'eu-central-1' },
      recordingsKeptForMs: 30 * 86_400_000,
    });
    const database = new URL(config.databaseUrl);
    expect(decodeURIComponent(database.password)).toBe('with /, : and @');
    expect(database.searchParams.get('sslmode')).toBe('verify-full');
    expect(scratch.read('run/canopy/authorities.pem')).toBe('the authority\nthose of RDS\n');
  });

  test('a compositor starts with settings that it understands, and knows nothing but the database', () => {
    const scratch = withRelease(host('compositors'));
    const { code, errors } = scratch.runScript('usr/local/lib/canopy/prepare', compositorAnswers);
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    const environment = scratch.environmentOf('canopy-compositor.service');
    expect(readCompositorConfig(environment)).toMatchObject({
      recordings: { bucket: 'example-recordings', region: 'eu-central-1' },
      workDir: '/var/lib/canopy',
      keptForMs: 30 * 86_400_000,
    });
    expect(Object.keys(environment)).not.toEqual(expect.arrayContaining([expect.stringMatching(/NATS|REDIS|API_KEY/)]));
  });

  test('what cloud-init gets is no longer than EC2 takes', () => {
    for (const config of Object.values(configs)) expect(gzipSync(config).length).toBeLessThan(16_384);
  });

  test('no secret is in what cloud-init gets', () => {
    for (const config of Object.values(configs)) expect(config).not.toMatch(/password for a test|PasswordForATest/);
  });

  test('a NATS server is told the others by the names of their certificates', () => {
    const scratch = host('bus');
    const secret = { CONTROL_PASSWORD: '1a', EDGE_PASSWORD: '2b' };
    const found = { 'ec2 describe-instances': 'i-0abc\ti-0def\ni-0ghi' };
    expect(scratch.runScript('usr/local/lib/canopy/prepare', answers(secret, found))).toMatchObject({
      code: 0,
      errors: '',
    });
    const environment = scratch.environmentOf('canopy-bus.service');
    expect(environment).toEqual({
      BUS_ROUTES: ['i-0abc', 'i-0def', 'i-0ghi'].map((id) => `nats-route://${id}.bus.canopy.internal:6222`).join(','),
      BUS_ADVERTISED: 'i-0abc.bus.canopy.internal:6222',
      CONTROL_PASSWORD: '"1a"',
      EDGE_PASSWORD: '"2b"',
      CONTROL_PASSWORD_2: expect.stringMatching(/^"[0-9a-f]{64}"$/),
      EDGE_PASSWORD_2: environment.CONTROL_PASSWORD_2,
    });
  });

  test('passwords of the bus are changed over second users', () => {
    const bus = host('bus');
    const secret = { CONTROL_PASSWORD: '1a', EDGE_PASSWORD: '2b', CONTROL_PASSWORD_2: '3c', EDGE_PASSWORD_2: '4d' };
    bus.runScript('usr/local/lib/canopy/prepare', answers(secret, { 'ec2 describe-instances': 'i-0abc' }));
    expect(bus.environmentOf('canopy-bus.service')).toMatchObject({
      CONTROL_PASSWORD_2: '"3c"',
      EDGE_PASSWORD_2: '"4d"',
    });
    const edge = withRelease(host('edge'));
    const changed = answers(
      { ...edgeSecret, NATS_USER: 'edge-2', NATS_PASSWORD: '4d' },
      { 'ec2 describe-addresses': '203.0.113.5' },
    );
    edge.runScript('usr/local/lib/canopy/prepare', changed);
    const { NATS_URL } = edge.environmentOf('canopy-edge.service');
    expect(NATS_URL).toBe('tls://edge-2:4d@bus.canopy.internal:4222');
  });

  test.runIf(findProgram('promtool', process.env))('Prometheus understands its settings', () => {
    const scratch = host('observer');
    const file = join(scratch.root, 'etc/canopy/prometheus.yml');
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'config', '--syntax-only', file], {
      encoding: 'utf8',
    });
    expect(status, stdout + stderr).toBe(0);
  });

  test('the observer runs the Grafana that was named, and no other', () => {
    const scratch = host('observer');
    const packed = packedProgram('grafana-12/bin/grafana', 'a program');
    const named = scratch.read('etc/canopy/facts').replace(/(?<=GRAFANA_SHA256=').*(?=')/, sha256(packed));
    const prepare = (content: string) => {
      scratch.write('etc/canopy/facts', named);
      const fetched = { ...answers({}), metadata: { [scratch.fact('GRAFANA_URL')]: content } };
      return scratch.runScript('usr/local/lib/canopy/prepare', fetched);
    };
    const forged = prepare(packedProgram('grafana-12/bin/grafana', 'another'));
    expect(forged.code).not.toBe(0);
    expect(forged.errors).toContain('did NOT match');
    expect(readdirSync(join(scratch.root, 'tmp'))).toEqual([]);
    expect(prepare(packed)).toMatchObject({ code: 0, errors: '' });
    expect(scratch.read('opt/grafana/bin/grafana')).toBe('a program');
    // It is there.
    expect(prepare(packed).calls.filter((call) => call.startsWith('curl'))).toEqual([]);
  });

  describe('units', () => {
    const analyze = findProgram('systemd-analyze', process.env);

    test.each(['edge', 'replicas', 'bus', 'compositors', 'observer'] as const)(
      'systemd understands those of %s',
      (name) => {
        const scratch = host(name);
        for (const unit of scratch.units)
          expect(readFileSync(unit, 'utf8')).toMatch(/^\[Unit\]\n[\s\S]*\n\[Service\]\n[\s\S]*\n\[Install\]\n/);
        if (analyze === undefined) return;
        expect(verify(analyze, scratch)).toBe('');
      },
    );

    test.runIf(analyze)('a unit that systemd does not understand is found', () => {
      const scratch = host('edge');
      const unit = 'etc/systemd/system/canopy-edge.service';
      scratch.write(unit, scratch.read(unit).replace('KillMode=mixed', 'KillMod=mixed'));
      expect(verify(analyze ?? '', scratch)).toContain('KillMod');
    });
  });
});

/** A program as a packed folder, in which the played cloud ends each answer with a line break. */
function packedProgram(path: string, content: string): string {
  const folder = scratchFolder('packed');
  mkdirSync(join(folder, dirname(path)), { recursive: true });
  writeFileSync(join(folder, path), content);
  return spawnSync('tar', ['--create', '--directory', folder, ...readdirSync(folder)], { encoding: 'utf8' }).stdout;
}

function sha256(answer: string): string {
  return createHash('sha256').update(`${answer}\n`).digest('hex');
}

/** What systemd says of a host's units, in a root that has the targets and the commands they name; nothing when all is well. */
function verify(analyze: string, scratch: ScratchHost): string {
  for (const target of ['basic', 'multi-user', 'network', 'network-online', 'shutdown', 'sysinit'])
    scratch.write(`usr/lib/systemd/system/${target}.target`, `[Unit]\nDescription=${target}\n`);
  for (const unit of scratch.units) {
    for (const [, program = ''] of readFileSync(unit, 'utf8').matchAll(/^Exec(?:Start|StartPost|Reload)=(\S+)/gm))
      scratch.write(program, '#!/bin/sh\n', 0o755);
  }
  const { stdout, stderr } = spawnSync(analyze, ['verify', '--man=no', `--root=${scratch.root}`, ...scratch.units], {
    encoding: 'utf8',
  });
  return stdout + stderr;
}
