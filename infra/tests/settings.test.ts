import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compositorSettingNames, settingNames as replicaSettingNames } from '@canopy/control-plane';
import { settingNames as edgeSettingNames } from '@canopy/edge-node';
import { describe, expect, test } from 'vitest';

const infra = join(import.meta.dirname, '..');

/** How a service is deployed: the files that set its settings, and why each of the others is left at its default. */
interface Deployment {
  known: readonly string[];
  files: readonly string[];
  /** The part of a file that is meant, where others are in it too: from a line to the next that begins so. */
  section?: readonly [from: string, to: string];
  left: Readonly<Record<string, string>>;
}

const choice = 'the operator’s choice, by the variable `settings`';
const oneMesh = 'NATS and Redis are of this mesh alone';
const loopback = 'for a mesh on loopback only';
const simulated = 'for meshes that pretend to be in many places';
const inImage = 'the image has it at its default place';
const withTls = 'there are certificates';

const replicaLeft = {
  CONTROL_GRPC_INSECURE: withTls,
  CONTROL_OPEN_ACCESS: loopback,
  CONTROL_TRUST_CLIENT_LOCATION: simulated,
  CONTROL_WEBHOOKS_TO_PRIVATE_ADDRESSES: 'opens the inner network to whoever has an API key',
  CONTROL_NAMESPACE: oneMesh,
  CONTROL_MAX_SOCKETS_PER_ADDRESS: 'there is room for a company behind one address',
};
const locations = (how: string) =>
  Object.fromEntries(
    ['CITY_V4', 'CITY_V6', 'COUNTRY', 'OVERRIDES'].map((name) => [
      `CONTROL_GEO_${name}`,
      `a file of the operator: ${how}`,
    ]),
  );

const deployments: Record<string, Deployment> = {
  'edges by Terraform': {
    known: edgeSettingNames,
    files: ['main.tf', 'scripts/prepare.sh'].map((name) => `terraform/aws/modules/edge-region/${name}`),
    left: {
      EDGE_GRPC_INSECURE: withTls,
      EDGE_LINK_LINGER_MS: choice,
      EDGE_LINK_SPEAKERS: choice,
      EDGE_RECORDING_TRACKS: choice,
      EDGE_FFMPEG: 'Debian’s is on the PATH',
      EDGE_TURN_SECRET_FILE: 'a host has another secret with each boot',
    },
  },
  'replicas by Terraform': {
    known: replicaSettingNames,
    files: ['main.tf', 'scripts/prepare-replica.sh'].map((name) => `terraform/aws/modules/control-plane/${name}`),
    left: {
      ...replicaLeft,
      ...locations('packed into the release, named by `settings`'),
      CONTROL_RECORDING_DIR: 'recordings are in a bucket',
      CONTROL_SIGN_UP: choice,
      CONTROL_MAX_FAN_OUT: choice,
      CONTROL_OIDC_ISSUER: choice,
      CONTROL_OIDC_CLIENT_ID: choice,
      CONTROL_OIDC_NAME: choice,
    },
  },
  'compositors by Terraform': {
    known: compositorSettingNames,
    files: ['compositors.tf', 'scripts/prepare-compositor.sh'].map(
      (name) => `terraform/aws/modules/control-plane/${name}`,
    ),
    left: {
      COMPOSITOR_RECORDING_DIR: 'recordings are in a bucket',
      COMPOSITOR_FFMPEG: 'Debian’s is on the PATH',
      COMPOSITOR_HEALTH_PORT: 'systemd sees by itself whether it runs',
    },
  },
  'replicas by the chart': {
    known: replicaSettingNames,
    files: ['helm/canopy/templates/control-plane.yaml', 'helm/canopy/values.yaml'],
    left: {
      ...replicaLeft,
      ...locations('in a volume, named by `settings`'),
      CONTROL_WEB_ROOT: inImage,
      CONTROL_SIGN_UP: choice,
      CONTROL_MAX_FAN_OUT: choice,
      LOG_LEVEL: choice,
    },
  },
  'compositors by the chart': {
    known: compositorSettingNames,
    files: ['helm/canopy/templates/compositor.yaml'],
    left: { COMPOSITOR_FFMPEG: inImage, LOG_LEVEL: 'the operator’s choice, by `recordings.settings`' },
  },
  'the control plane by Compose': {
    known: replicaSettingNames,
    files: ['docker/compose.yaml'],
    section: ['  control-plane:', '  edge:'],
    left: {
      ...replicaLeft,
      ...locations('an edge of one region needs none'),
      CONTROL_REPLICA_ID: 'there is one',
      CONTROL_MAX_FAN_OUT: 'there is no other edge',
      CONTROL_HTTP_LISTEN: inImage,
      CONTROL_GRPC_LISTEN: inImage,
      CONTROL_WEB_ROOT: inImage,
      CONTROL_RECORDING_STORE: 'recordings are in a volume',
    },
  },
  'the edge by Compose': {
    known: edgeSettingNames,
    files: ['docker/compose.yaml'],
    section: ['  edge:', '  turn:'],
    left: {
      ...Object.fromEntries(
        ['IP', 'MIN_PORT', 'MAX_PORT', 'LINGER_MS', 'SPEAKERS'].map((name) => [
          `EDGE_LINK_${name}`,
          'there is no other edge',
        ]),
      ),
      ...Object.fromEntries(['KEY', 'PORT'].map((name) => [`EDGE_PROBE_${name}`, 'there is no other edge'])),
      ...Object.fromEntries(
        ['LISTEN', 'URL', 'TLS_CERT_FILE', 'TLS_KEY_FILE'].map((name) => [
          `EDGE_PUBLIC_${name}`,
          'whoever measures, there is one edge to choose',
        ]),
      ),
      EDGE_GRPC_LISTEN: inImage,
      EDGE_GRPC_INSECURE: withTls,
      EDGE_HTTP_LISTEN: inImage,
      EDGE_FFMPEG: inImage,
      EDGE_EGRESS_CAPACITY_BPS: 'there is no other edge to compare with',
      EDGE_RECORDING_STORE: 'recordings are in a volume',
      EDGE_RECORDING_TRACKS: 'as many as its cores carry',
      EDGE_TURN_SECRET: 'it is in a file, to be changed while people meet',
    },
  },
  'edges by hand': {
    known: edgeSettingNames,
    files: ['../docs/operations/deploy.md'],
    section: ['## Edges under systemd', '## What was run, and what was not'],
    left: {
      ...Object.fromEntries(
        ['EDGE_LINK_LINGER_MS', 'EDGE_LINK_SPEAKERS', 'LOG_LEVEL'].map((name) => [
          name,
          'the operator’s choice, from the list of all that the steps link to',
        ]),
      ),
      EDGE_GRPC_INSECURE: withTls,
      EDGE_LINK_MIN_PORT: 'the firewall lets in from its default on',
      EDGE_FFMPEG: 'Debian’s is on the PATH',
      EDGE_TURN_SECRET_FILE: 'it may stand in the settings: only Compose changes it while people meet',
    },
  },
  'the compositor by Compose': {
    known: compositorSettingNames,
    files: ['docker/compose.yaml'],
    section: ['  compositor:', '  database:'],
    left: {
      COMPOSITOR_RECORDING_STORE: 'recordings are in a volume',
      COMPOSITOR_WORK_DIR: 'the volume of the recordings',
      COMPOSITOR_FFMPEG: inImage,
      COMPOSITOR_HEALTH_PORT: inImage,
    },
  },
};

function settingsIn({ files, section, known }: Deployment): string[] {
  const lines = files.flatMap((name) => readFileSync(join(infra, name), 'utf8').split('\n'));
  const from = section === undefined ? 0 : lines.indexOf(section[0]);
  const to = section === undefined ? lines.length : lines.indexOf(section[1]);
  // What several services share is merged in.
  const text = lines.slice(from, to).join('\n').replaceAll('<<: *observed', 'LOG_LEVEL');
  return known.filter((name) => new RegExp(`\\b${name}\\b`).test(text));
}

describe.each(Object.entries(deployments))('%s', (_name, deployment) => {
  const set = settingsIn(deployment);
  const left = Object.keys(deployment.left);

  test('every setting is set, or left at its default for a reason', () => {
    expect(deployment.known.filter((name) => !set.includes(name) && !left.includes(name))).toEqual([]);
  });

  test('no reason is for a setting that is set, or unknown', () => {
    expect(left.filter((name) => set.includes(name) || !deployment.known.includes(name))).toEqual([]);
  });
});
