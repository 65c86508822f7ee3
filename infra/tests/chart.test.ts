import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readCompositorConfig, readConfig } from '@canopy/control-plane';
import { Deployment } from 'kubernetes-models/apps/v1';
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2';
import { Ingress, NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1';
import { Service, ServiceAccount } from 'kubernetes-models/v1';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { findHelm, helmLeftOut, howToGetHelm } from '../../scripts/setup/helm.mjs';
import { root } from '../../scripts/setup/paths.mjs';

const chart = join(import.meta.dirname, '..', 'helm', 'canopy');
const publicUrl = ['--set', 'publicUrl=https://meet.example.org'];
const everything = [
  'publicUrl=https://meet.example.org',
  'recordings.store=s3://example-recordings/?region=eu-central-1',
  'recordings.retentionDays=30',
  'autoscaling.enabled=true',
  'oidc.issuer=https://login.example.org',
  'oidc.clientId=canopy',
  'traces.endpoint=http://collector:4318',
  'extraVolumes[0].name=geo',
  'extraVolumes[0].configMap.name=geo',
  'extraVolumeMounts[0].name=geo',
  'extraVolumeMounts[0].mountPath=/geo',
  'networkPolicy.webFrom[0].namespaceSelector.matchLabels.name=ingress',
  'networkPolicy.metricsFrom[0].namespaceSelector.matchLabels.name=monitoring',
  'trustedProxies={10.0.0.0/8,192.168.0.0/16}',
  'routing.sourceRanges={203.0.113.0/24}',
  'settings.LOG_LEVEL=debug',
  'nodeSelector.role=web',
  'image.pullSecrets={registry}',
]
  .flatMap((value) => ['--set', value])
  .concat('--set-string', 'settings.CONTROL_SIGN_UP=true');
/** Stores in the cluster, with certificates of an authority of its own. */
const ownStores = [
  'publicUrl=https://meet.example.org',
  'recordings.store=s3://recordings?endpoint=https://minio.stores:9000',
  'recordings.keysSecretName=canopy-minio',
  'recordings.settings.NODE_EXTRA_CA_CERTS=/authorities/ca.pem',
  'recordings.settings.LOG_LEVEL=debug',
  'settings.NODE_EXTRA_CA_CERTS=/authorities/ca.pem',
  ...['', 'recordings.'].flatMap((of) => [
    `${of}extraVolumes[0].name=authorities`,
    `${of}extraVolumes[0].configMap.name=authorities`,
    `${of}extraVolumeMounts[0].name=authorities`,
    `${of}extraVolumeMounts[0].mountPath=/authorities`,
  ]),
  'networkPolicy.compositorPorts={443,6432,9000}',
].flatMap((value) => ['--set', value]);
const kinds = {
  Deployment,
  HorizontalPodAutoscaler,
  Ingress,
  NetworkPolicy,
  PodDisruptionBudget,
  Service,
  ServiceAccount,
};

const sharedVolume = [...publicUrl, '--set', 'recordings.claimName=recordings'];

interface Said {
  code: number | null;
  output: string;
  errors: string;
}

function helmProgram(): string {
  const program = findHelm(process.env);
  if (program === undefined) throw new Error(howToGetHelm);
  return program;
}

function helm(...args: string[]): Said {
  const { status, stdout, stderr } = spawnSync(helmProgram(), args, { encoding: 'utf8' });
  return { code: status, output: stdout, errors: stderr };
}

/** The command of a documentation's page that begins so, run by a shell in the project; `helm install` only renders, there is no cluster. */
function documented(page: string, beginning: string): Said {
  const lines = readFileSync(join(root, 'docs', page), 'utf8').split('\n');
  const from = lines.findIndex((line) => line.trimStart().startsWith(beginning));
  expect(from, `${page} has ${beginning}`).toBeGreaterThanOrEqual(0);
  const to = lines.findIndex((line, index) => index >= from && !line.endsWith('\\'));
  const command = lines
    .slice(from, to + 1)
    .join('\n')
    .trimStart();
  const { status, stdout, stderr } = spawnSync('sh', ['-c', command.replace('helm install', '"$HELM" template')], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, HELM: helmProgram() },
  });
  return { code: status, output: stdout, errors: stderr };
}

function rendered(values: readonly string[]) {
  const { code, output, errors } = helm('template', 'canopy', chart, ...values);
  expect(code, errors).toBe(0);
  return parseAllDocuments(output).map((document) => document.toJS());
}

/** What the pods of a part are made of. */
function podOf(part: string, values: readonly string[]) {
  const deployments = rendered(values).filter(({ kind }) => kind === 'Deployment');
  const [deployment] = deployments.filter(({ metadata }) => metadata.name === `canopy-${part}`);
  return deployment.spec.template.spec;
}

function networkPolicyOf(part: string, values: readonly string[]) {
  const policies = rendered(values).filter(({ kind }) => kind === 'NetworkPolicy');
  return policies.find(({ metadata }) => metadata.name === `canopy-${part}`).spec;
}

/** The variables of a part's container as Kubernetes gives them; the name of a pod's field stands for its value. */
function environmentOf(part: string, values: readonly string[]): Record<string, string> {
  const env: Record<string, string> = {};
  for (const { name, value, valueFrom } of podOf(part, values).containers[0].env) {
    const text: string = value ?? valueFrom.fieldRef?.fieldPath.replace('.', '-') ?? '';
    env[name] = text.replace(/\$\((\w+)\)/g, (_all, other: string) => env[other] ?? '');
  }
  return env;
}

/**
 * The fields of a manifest that its kind does not have: those that the check by the schema of Kubernetes never looks at, which
 * lets them pass as the API server does. Throws where a field has a wrong value.
 */
function unknownFields(manifest: { kind: keyof typeof kinds }): string[] {
  const Kind = kinds[manifest.kind];
  expect(Kind, manifest.kind).toBeDefined();
  const unread = new Set<string>();
  const watched = (value: unknown, path: readonly string[]): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    for (const name of Object.keys(value)) unread.add([...path, name].join('.'));
    const within = new Map(Object.entries(value).map(([name, field]) => [name, watched(field, [...path, name])]));
    return new Proxy(value, {
      get(target, name) {
        if (typeof name === 'symbol' || !within.has(name)) return Reflect.get(target, name);
        unread.delete([...path, name].join('.'));
        return within.get(name);
      },
    });
  };
  const model = new Kind(manifest as never);
  model.validate.call(watched(model, []));
  // Below a field that nobody looks at, nothing is looked at.
  return [...unread].filter((path) => !unread.has(path.slice(0, path.lastIndexOf('.'))));
}

describe.skipIf(helmLeftOut(process.env))('the chart of the control plane', () => {
  test('passes Helm’s own checks', () => {
    const { code, output } = helm('lint', chart, '--strict', ...everything);
    expect(code, output).toBe(0);
  });

  test('asks for the address that people open', () => {
    for (const wrong of [
      [],
      ['--set', 'publicUrl=http://meet.example.org'],
      ['--set', 'publicUrl=https://meet.example.org/'],
      ['--set', 'publicUrl=https://meet.example.org:https'],
      ['--set', 'publicUrl=https://meet.example.org:443000'],
      ['--set', 'publicUrl=https://somebody@meet.example.org'],
      [...publicUrl, '--set', 'typo=1'],
      [...everything, '--set', 'recordings.claimName=too'],
      [...everything, '--set', 'networkPolicy.compositorPorts={https}'],
    ])
      expect(helm('template', 'canopy', chart, ...wrong).errors).toContain('specifications of the schema');
  });

  test.each([
    ['with what it must have', publicUrl],
    ['with everything', everything],
    ['with recordings in a volume', sharedVolume],
    ['with stores in the cluster', ownStores],
  ])('makes manifests that Kubernetes knows, %s', (_what, values) => {
    const manifests = rendered(values);
    expect(manifests.length).toBeGreaterThan(4);
    for (const manifest of manifests) expect(unknownFields(manifest), manifest.kind).toEqual([]);
  });

  test('would notice a manifest that Kubernetes does not know', () => {
    const [first] = rendered(publicUrl).filter(({ kind }) => kind === 'Deployment');
    expect(() => unknownFields({ ...first, spec: { ...first.spec, replicas: 'three' } })).toThrow();
    const misspelt = structuredClone(first);
    misspelt.spec.template.spec.containers[0].readynessProbe = {};
    misspelt.spec.template.spec.volumes[0].secret.defaultMod = 0o440;
    misspelt.spec.stratgy = {};
    expect(unknownFields(misspelt).sort()).toEqual([
      'spec.stratgy',
      'spec.template.spec.containers.0.readynessProbe',
      'spec.template.spec.volumes.0.secret.defaultMod',
    ]);
  });

  test('gives replicas the time that they need to come and to go', () => {
    const pod = podOf('control-plane', publicUrl);
    const [{ lifecycle, startupProbe, readinessProbe }] = pod.containers;
    const [program, seconds] = lifecycle.preStop.exec.command;
    expect(program).toBe('sleep');
    // Ten seconds are what a replica takes to stop at most.
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(Number(seconds) + 10);
    // Stores have two seconds to answer, and one that does not makes no replica unready.
    expect(readinessProbe.timeoutSeconds).toBeGreaterThan(2);
    // Migrations of large tables.
    expect(startupProbe.periodSeconds * startupProbe.failureThreshold).toBeGreaterThanOrEqual(600);
  });

  test('asks compositors whether they are well, as their image does', () => {
    const [{ env, readinessProbe }] = podOf('compositor', everything).containers;
    const { value: port } = env.find(({ name }: { name: string }) => name === 'COMPOSITOR_HEALTH_PORT');
    expect(readinessProbe.exec.command).toEqual(['node', 'healthy.mjs', `http://127.0.0.1:${port}/readyz`]);
    const dockerfile = readFileSync(join(root, 'infra/docker/Dockerfile'), 'utf8');
    expect(dockerfile).toContain(JSON.stringify(readinessProbe.exec.command).replaceAll(',', ', '));
  });

  test('gives replicas settings that they understand', () => {
    const secret = {
      DATABASE_URL: 'postgres://canopy:x@db:5432/canopy',
      REDIS_URL: 'rediss://redis:6379',
      NATS_URL: 'tls://bus:4222',
    };
    expect(
      readConfig({
        ...secret,
        CONTROL_OIDC_CLIENT_SECRET: 'its secret',
        CONTROL_SEALING_KEYS: `2027:${Buffer.alloc(32, 255).toString('base64')}`,
        ...environmentOf('control-plane', everything),
      }),
    ).toMatchObject({
      replicaId: 'metadata-name',
      metricsAddress: 'status-podIP:8080',
      publicUrl: 'https://meet.example.org',
      allowedOrigins: ['https://meet.example.org'],
      trustedProxies: ['10.0.0.0/8', '192.168.0.0/16'],
      tls: { certFile: '/certificates/tls.crt' },
      recordings: { bucket: 'example-recordings', region: 'eu-central-1' },
      recordingsKeptForMs: 30 * 86_400_000,
      oidc: { issuer: 'https://login.example.org', clientId: 'canopy', clientSecret: 'its secret' },
      sealingKeys: { first: { id: '2027' } },
      signUp: true,
    });
    expect(readConfig({ ...secret, ...environmentOf('control-plane', sharedVolume) })).toMatchObject({
      recordings: '/recordings',
    });
  });

  test('gives compositors settings that they understand', () => {
    const secret = { DATABASE_URL: 'postgres://canopy:x@db:5432/canopy' };
    expect(readCompositorConfig({ ...environmentOf('compositor', everything), ...secret })).toMatchObject({
      recordings: { bucket: 'example-recordings' },
      workDir: '/work',
      keptForMs: 30 * 86_400_000,
    });
    expect(readCompositorConfig({ ...environmentOf('compositor', sharedVolume), ...secret })).toMatchObject({
      recordings: '/recordings',
      workDir: '/recordings',
    });
  });

  test('compositors reach stores in the cluster, with the authority and the keys that these want', () => {
    const environment = environmentOf('compositor', ownStores);
    const secret = { DATABASE_URL: 'postgres://canopy:x@pooler.stores:6432/canopy' };
    expect(readCompositorConfig({ ...environment, ...secret })).toMatchObject({
      recordings: { bucket: 'recordings', endpoint: 'https://minio.stores:9000' },
      logLevel: 'debug',
    });
    const [{ env, volumeMounts }] = podOf('compositor', ownStores).containers;
    for (const key of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'])
      expect(env).toContainEqual({ name: key, valueFrom: { secretKeyRef: { name: 'canopy-minio', key } } });
    expect(environment.NODE_EXTRA_CA_CERTS).toBe('/authorities/ca.pem');
    expect(volumeMounts).toContainEqual({ name: 'authorities', mountPath: '/authorities' });
    const [{ ports }] = networkPolicyOf('compositor', ownStores).egress;
    expect(ports).toEqual([{ port: 53, protocol: 'UDP' }, ...[53, 443, 6432, 9000].map((port) => ({ port }))]);
  });

  test('compositors get nothing of the secrets but the database and the keys of the store', () => {
    for (const values of [everything, ownStores]) {
      const [{ env, envFrom }] = podOf('compositor', values).containers;
      expect(envFrom).toBeUndefined();
      const keys = env.flatMap(({ valueFrom }: { valueFrom?: { secretKeyRef?: { key: string } } }) =>
        valueFrom?.secretKeyRef === undefined ? [] : [valueFrom.secretKeyRef.key],
      );
      const ofStore = values === ownStores ? ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'] : [];
      expect(keys).toEqual(['DATABASE_URL', ...ofStore]);
    }
  });

  test('mounts all that is named, and nothing twice', () => {
    for (const values of [publicUrl, sharedVolume, everything, ownStores])
      for (const { spec } of rendered(values).filter(({ kind }) => kind === 'Deployment')) {
        const { containers, volumes } = spec.template.spec;
        const mounted = containers[0].volumeMounts.map(({ name }: { name: string }) => name);
        expect(mounted.toSorted()).toEqual(volumes.map(({ name }: { name: string }) => name).toSorted());
        expect(new Set(mounted).size).toBe(mounted.length);
      }
  });

  test('compositors are reached by nobody, and reach no metadata service', () => {
    const policy = networkPolicyOf('compositor', everything);
    expect(policy).toMatchObject({ policyTypes: ['Ingress', 'Egress'] });
    expect(policy.ingress).toBeUndefined();
    expect(policy.egress[0].to).toEqual([
      { ipBlock: { cidr: '0.0.0.0/0', except: ['169.254.169.254/32'] } },
      { ipBlock: { cidr: '::/0', except: ['fd00:ec2::254/128'] } },
      { namespaceSelector: {} },
    ]);
  });

  test('lets the ingress and Prometheus to the web of replicas where it is told who they are, else all of the cluster', () => {
    const namespace = (name: string) => ({ namespaceSelector: { matchLabels: { name } } });
    expect(networkPolicyOf('control-plane', everything).ingress).toEqual([
      { ports: [{ port: 'http' }], from: [namespace('ingress'), namespace('monitoring')] },
      { ports: [{ port: 'routing' }] },
    ]);
    const metricsOnly = [...publicUrl, '--set', 'networkPolicy.metricsFrom[0].podSelector.matchLabels.name=prometheus'];
    for (const values of [publicUrl, metricsOnly])
      expect(networkPolicyOf('control-plane', values).ingress[0]).toEqual({ ports: [{ port: 'http' }] });
  });

  test('is installed by the command of the documentation', () => {
    const { code, output, errors } = documented('operations/deploy.md', 'helm install');
    expect(code, errors).toBe(0);
    expect(output).toContain('image: "registry.example.org/canopy/control-plane:1"');
  });

  test('runs all pods where it is told, and replicas apart from each other', () => {
    const deployments = rendered(everything).filter(({ kind }) => kind === 'Deployment');
    const specs = deployments.map(({ spec }) => spec.template.spec);
    for (const spec of specs)
      expect(spec).toMatchObject({ nodeSelector: { role: 'web' }, imagePullSecrets: [{ name: 'registry' }] });
    const keys = specs.flatMap(({ topologySpreadConstraints = [] }) =>
      topologySpreadConstraints.map(({ topologyKey }: { topologyKey: string }) => topologyKey),
    );
    expect(keys).toEqual(['topology.kubernetes.io/zone', 'kubernetes.io/hostname']);
  });

  test('who scales leaves the number of replicas to the autoscaler', () => {
    const of = (values: readonly string[], wanted: string) =>
      rendered(values).filter(({ kind, metadata }) => kind === wanted && metadata.name === 'canopy-control-plane');
    expect(of(everything, 'Deployment')[0].spec.replicas).toBeUndefined();
    expect(of(everything, 'HorizontalPodAutoscaler')[0].spec).toMatchObject({ minReplicas: 3, maxReplicas: 10 });
    expect(of(publicUrl, 'Deployment')[0].spec.replicas).toBe(3);
    expect(of(publicUrl, 'HorizontalPodAutoscaler')).toEqual([]);
  });

  test('runs nothing as root, lets nothing be written but what must be, and tells of no services', () => {
    const deployments = rendered(everything).filter(({ kind }) => kind === 'Deployment');
    expect(deployments).toHaveLength(2);
    for (const { spec } of deployments) {
      const { containers, securityContext, automountServiceAccountToken, enableServiceLinks } = spec.template.spec;
      expect(automountServiceAccountToken).toBe(false);
      // Their names may begin like those of settings, of which an unknown one stops the start.
      expect(enableServiceLinks).toBe(false);
      expect(securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
      for (const container of containers)
        expect(container.securityContext).toEqual({
          readOnlyRootFilesystem: true,
          allowPrivilegeEscalation: false,
          capabilities: { drop: ['ALL'] },
        });
    }
  });

  test('takes an address with a port, which is none of the ingress’s', () => {
    const withPort = ['--set', 'publicUrl=https://meet.example.org:8443'];
    const [ingress] = rendered(withPort).filter(({ kind }) => kind === 'Ingress');
    expect(ingress.spec).toMatchObject({
      tls: [{ hosts: ['meet.example.org'] }],
      rules: [{ host: 'meet.example.org' }],
    });
    expect(environmentOf('control-plane', withPort)).toMatchObject({
      CONTROL_PUBLIC_URL: 'https://meet.example.org:8443',
      CONTROL_ALLOWED_ORIGINS: 'https://meet.example.org:8443',
    });
  });

  test('leads nobody from outside to what orchestrators and scrapers ask', () => {
    const [ingress] = rendered(publicUrl).filter(({ kind }) => kind === 'Ingress');
    const paths: { path: string; backend: { service: { name: string } } }[] = ingress.spec.rules[0].http.paths;
    const nowhere = paths.filter(({ backend }) => backend.service.name === 'canopy-nothing').map(({ path }) => path);
    expect(nowhere).toEqual(['/metrics', '/healthz', '/readyz']);
  });
});
