import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { readCompositorConfig, readConfig } from '@canopy/control-plane';
import { beforeAll, describe, expect, test } from 'vitest';
import { findProgram } from '../../scripts/setup/programs.mjs';
import { terraformLeftOut } from '../../scripts/setup/terraform.mjs';
import {
  answers,
  compositorAnswers,
  edgeSecret,
  replicaAnswers,
  scratchHost,
  withRelease,
} from '../src/testing/played-cloud.ts';
import { type RenderedHosts, renderHosts } from '../src/testing/rendered-hosts.ts';
import { scratchFolder } from '../src/testing/scratch-folder.ts';
import type { ScratchHost } from '../src/testing/scratch-host.ts';

describe.skipIf(terraformLeftOut(process.env))('hosts', () => {
  let configs: RenderedHosts;

  beforeAll(async () => {
    configs = await renderHosts(['edge', 'replicas', 'bus', 'compositors', 'observer']);
  }, 120_000);

  const host = (name: keyof RenderedHosts) => scratchHost(configs[name]);

  test('backup.md stops the services of replicas and compositors, and holds their groups', () => {
    const text = readFileSync(join(import.meta.dirname, '../../docs/operations/backup.md'), 'utf8');
    const [, section = ''] = text.match(/^### With RDS\n([\s\S]*?)^## /m) ?? [];
    const [, groups] = section.match(/^for group in (.*); do$/m) ?? [];
    const hosts = [host('replicas'), host('compositors')];
    expect(groups?.split(' ')).toEqual(hosts.map((scratch) => scratch.fact('GROUP')));
    const stopped = Array.from(section.matchAll(/systemctl stop (\S+)/g), ([, name]) => `${name}.service`);
    expect(stopped).toEqual(hosts.map((scratch) => scratch.fact('UNIT')));
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
