import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readEnvironment, toConfig } from '@canopy/edge-node';
import { beforeAll, describe, expect, test } from 'vitest';
import { terraformLeftOut } from '../../scripts/setup/terraform.mjs';
import { answers, edgeAnswers, edgeSecret, scratchHost, withRelease } from '../src/testing/played-cloud.ts';
import { renderHosts } from '../src/testing/rendered-hosts.ts';

describe.skipIf(terraformLeftOut(process.env))('hosts of edges', () => {
  let config: string;

  beforeAll(async () => {
    ({ edge: config } = await renderHosts(['edge']));
  }, 120_000);

  const host = () => scratchHost(config);

  test('an edge starts with settings that it understands', () => {
    const scratch = withRelease(host());
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
    const scratch = withRelease(host());
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
    const scratch = withRelease(host());
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
    const unit = host().read('etc/systemd/system/canopy-edge.service').split('\n');
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

  test('systemd waits longer for an edge than it may drain', () => {
    const unit = host().read('etc/systemd/system/canopy-edge.service');
    expect(unit).toContain('TimeoutStopSec=930');
    expect(unit).toContain('KillMode=mixed');
  });

  test('an edge without an elastic address does not start', () => {
    const none = answers(edgeSecret, { 'ec2 describe-addresses': 'None', 'ec2 associate-address': '' });
    const scratch = withRelease(host());
    expect(scratch.runScript('usr/local/lib/canopy/prepare', none).code).not.toBe(0);
  });

  test('an edge that is to go drains, takes its name away, and then hands the host back', () => {
    const leaving = answers({}, { 'autoscaling complete-lifecycle-action': '' });
    const { code, errors, calls } = host().runScript('usr/local/lib/canopy/leave', leaving);
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
      const scratch = host();
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
    const scratch = host();
    const forged = answers(edgeSecret, { 's3 cp': '' });
    const { code, errors } = scratch.runScript('usr/local/lib/canopy/prepare', forged);
    expect(code).not.toBe(0);
    expect(errors).toContain('did NOT match');
    expect(() => scratch.read('opt/canopy/.release')).toThrow('ENOENT');
    expect(readdirSync(join(scratch.root, 'tmp'))).toEqual([]);
  });
});
