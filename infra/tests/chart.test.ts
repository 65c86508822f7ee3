import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { readConfig } from '@canopy/control-plane';
import { Deployment } from 'kubernetes-models/apps/v1';
import { Ingress } from 'kubernetes-models/networking.k8s.io/v1';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1';
import { Service } from 'kubernetes-models/v1';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { findHelm, helmLeftOut, howToGetHelm } from '../../scripts/setup/helm.mjs';

const chart = join(import.meta.dirname, '..', 'helm', 'canopy');
const publicUrl = ['--set', 'publicUrl=https://meet.example.org'];
const everything = [
  'publicUrl=https://meet.example.org',
  'recordings.claimName=recordings',
  'recordings.retentionDays=30',
  'trustedProxies={10.0.0.0/8,192.168.0.0/16}',
  'routing.sourceRanges={203.0.113.0/24}',
  'settings.LOG_LEVEL=debug',
  'nodeSelector.role=web',
]
  .flatMap((value) => ['--set', value])
  .concat('--set-string', 'settings.CONTROL_SIGN_UP=true');
const kinds = { Deployment, Ingress, PodDisruptionBudget, Service };

function helm(...args: string[]): { code: number | null; output: string; errors: string } {
  const program = findHelm(process.env);
  if (program === undefined) throw new Error(howToGetHelm);
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  return { code: status, output: stdout, errors: stderr };
}

function rendered(values: readonly string[]) {
  const { code, output, errors } = helm('template', 'canopy', chart, ...values);
  expect(code, errors).toBe(0);
  return parseAllDocuments(output).map((document) => document.toJS());
}

describe.skipIf(helmLeftOut(process.env))('the chart of the control plane', () => {
  test('passes Helm’s own checks', () => {
    const { code, output } = helm('lint', chart, '--strict', ...everything);
    expect(code, output).toBe(0);
  });

  test('asks for the address that people open', () => {
    for (const wrong of [[], ['--set', 'publicUrl=http://meet.example.org'], [...publicUrl, '--set', 'typo=1']])
      expect(helm('template', 'canopy', chart, ...wrong).errors).toContain('specifications of the schema');
  });

  test.each([
    ['with what it must have', publicUrl],
    ['with everything', everything],
  ])('makes manifests that Kubernetes knows, %s', (_what, values) => {
    const manifests = rendered(values);
    expect(manifests.length).toBeGreaterThan(4);
    for (const manifest of manifests) {
      const Kind = kinds[manifest.kind as keyof typeof kinds];
      expect(Kind, manifest.kind).toBeDefined();
      new Kind(manifest).validate();
    }
  });

  test('would notice a manifest that Kubernetes does not know', () => {
    const [first] = rendered(publicUrl).filter(({ kind }) => kind === 'Deployment');
    expect(() => new Deployment({ ...first, spec: { ...first.spec, replicas: 'three' } }).validate()).toThrow();
  });

  test('gives replicas settings that they understand', () => {
    const deployments = rendered(everything).filter(({ kind }) => kind === 'Deployment');
    const [deployment] = deployments.filter(({ metadata }) => metadata.name === 'canopy-control-plane');
    const [container] = deployment.spec.template.spec.containers;
    const variables: { name: string; value?: string }[] = container.env;
    const secret = {
      DATABASE_URL: 'postgres://canopy:x@db:5432/canopy',
      REDIS_URL: 'rediss://redis:6379',
      NATS_URL: 'tls://bus:4222',
    };
    const env = Object.fromEntries(variables.map(({ name, value }) => [name, value ?? 'pod-1']));
    expect(readConfig({ ...secret, ...env })).toMatchObject({
      replicaId: 'pod-1',
      publicUrl: 'https://meet.example.org',
      allowedOrigins: ['https://meet.example.org'],
      trustedProxies: ['10.0.0.0/8', '192.168.0.0/16'],
      tls: { certFile: '/certificates/tls.crt' },
      recordings: '/recordings',
      signUp: true,
    });
  });

  test('runs nothing as root, and lets nothing be written but what must be', () => {
    const deployments = rendered(everything).filter(({ kind }) => kind === 'Deployment');
    expect(deployments).toHaveLength(2);
    for (const { spec } of deployments) {
      const { containers, securityContext, automountServiceAccountToken } = spec.template.spec;
      expect(automountServiceAccountToken).toBe(false);
      expect(securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
      for (const container of containers)
        expect(container.securityContext).toEqual({
          readOnlyRootFilesystem: true,
          allowPrivilegeEscalation: false,
          capabilities: { drop: ['ALL'] },
        });
    }
  });

  test('leads nobody from outside to what orchestrators and scrapers ask', () => {
    const [ingress] = rendered(publicUrl).filter(({ kind }) => kind === 'Ingress');
    const paths: { path: string; backend: { service: { name: string } } }[] = ingress.spec.rules[0].http.paths;
    const nowhere = paths.filter(({ backend }) => backend.service.name === 'canopy-nothing').map(({ path }) => path);
    expect(nowhere).toEqual(['/metrics', '/healthz', '/readyz']);
  });
});
