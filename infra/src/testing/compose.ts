import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { docker } from './images.ts';

/** What docs/operations/deploy.md has an operator write into .env. */
const settings: Record<string, string> = {
  DOMAIN: 'meet.example.org',
  PUBLIC_ADDRESS: '203.0.113.7',
  OPERATOR_SECRET: '0123456789abcdef',
  SEALING_KEYS: `1:${Buffer.alloc(32, 255).toString('base64')}`,
  DATABASE_PASSWORD: 'database',
  REDIS_PASSWORD: 'redis',
  NATS_CONTROL_PASSWORD: 'control',
  NATS_EDGE_PASSWORD: 'edge',
  GRAFANA_PASSWORD: 'grafana',
};

export interface Service {
  image?: string;
  environment?: Record<string, string | null>;
  networks: string[];
  ports?: string[];
  volumes?: string[];
  profiles?: string[];
  healthcheck?: { test: string[] };
  build?: object;
  [more: string]: unknown;
}

interface Compose {
  name: string;
  services: Record<string, Service>;
  networks: Record<string, { internal?: boolean }>;
  volumes: Record<string, object>;
}

/** The compose file as Compose reads it: with merge keys, and variables in their places. */
export function compose(more: Record<string, string> = {}): Compose {
  const text = readFileSync(join(docker, 'compose.yaml'), 'utf8').replace(
    /\$\{(\w+)(?::([-?])([^}]*))?\}/g,
    (_all, name: string, kind?: string, rest?: string) => {
      const value = { ...settings, ...more }[name] ?? (kind === '-' ? rest : undefined);
      if (value === undefined) throw new Error(`${name} is not set`);
      return value;
    },
  );
  return parse(text, { merge: true });
}
