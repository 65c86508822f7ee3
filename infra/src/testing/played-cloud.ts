import { onTestFinished } from 'vitest';
import { type CloudAnswers, ScratchHost } from './scratch-host.ts';

const tls = { TLS_CA: 'the authority', TLS_CERT: 'the certificate', TLS_KEY: 'the key' };

const metadata = {
  'meta-data/instance-id': 'i-0abc',
  'meta-data/local-ipv4': '10.1.0.5',
  'meta-data/autoscaling/target-lifecycle-state': 'Terminated',
};

/** What the cloud answers a host that has this secret, and of AWS this besides. */
export function answers(secret: Record<string, string>, aws: Record<string, string> = {}): CloudAnswers {
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

export const edgeSecret = {
  EDGE_PROBE_KEY: 'a key of the probes',
  NATS_PASSWORD: 'with /, : and @',
  PUBLIC_TLS_CERT: 'one that browsers trust',
  PUBLIC_TLS_KEY: 'its key',
};
export const edgeAnswers = answers(edgeSecret, { 'ec2 describe-addresses': '203.0.113.5' });
export const replicaAnswers = answers({
  DATABASE_PASSWORD: 'with /, : and @',
  REDIS_PASSWORD: 'redisPassword',
  NATS_PASSWORD: 'natsPassword',
  CONTROL_API_KEY: 'operator:0123456789abcdef',
  CONTROL_SEALING_KEYS: `2027:${Buffer.alloc(32, 255).toString('base64')}`,
});

export const compositorAnswers: CloudAnswers = {
  ...replicaAnswers,
  aws: { 'secretsmanager get-secret-value': JSON.stringify({ DATABASE_PASSWORD: 'with /, : and @' }) },
};

/** A host of this test. */
export function scratchHost(cloudConfig: string): ScratchHost {
  const scratch = new ScratchHost(cloudConfig);
  onTestFinished(() => scratch[Symbol.dispose]());
  return scratch;
}

/** As if the release had been fetched before. */
export function withRelease(scratch: ScratchHost): ScratchHost {
  scratch.write('opt/canopy/.release', `${scratch.fact('RELEASE_SHA256')}\n`);
  return scratch;
}
