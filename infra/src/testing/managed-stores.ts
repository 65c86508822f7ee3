import { chownSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCluster } from '@canopy/local-mesh';
import type { TlsFiles } from '@canopy/runtime/grpc';
import { findProgram } from '../../../scripts/setup/programs.mjs';
import { firstLine, type PrivateNetwork } from './private-network.ts';

/** What stands for the stores that the cloud manages: they take TLS only, and who has the password. */
export interface ManagedStores {
  address: string;
  postgres: { password: string; tls: TlsFiles };
  redis: { password: string; tls: TlsFiles };
}

export interface RunningStores {
  /** What PostgreSQL answers to its owner, line by line. */
  query(sql: string): Promise<string>;
}

/** Starts PostgreSQL and Redis on their usual ports. They and their data last as long as the network. */
export async function startManagedStores(network: PrivateNetwork, stores: ManagedStores): Promise<RunningStores> {
  const folder = mkdtempSync(join(tmpdir(), 'canopy-stores-'));
  network.afterwards(() => rmSync(folder, { recursive: true }));
  const cluster = await createCluster(folder);
  network.afterwards(() => cluster[Symbol.dispose]());
  await Promise.all([startPostgres(network, cluster, stores), startRedis(network, folder, stores)]);
  return { query: (sql) => query(network, cluster, 'canopy', sql) };
}

type Cluster = Awaited<ReturnType<typeof createCluster>>;

async function startPostgres(network: PrivateNetwork, cluster: Cluster, stores: ManagedStores) {
  const { programs, folder, owner } = cluster;
  const own = (name: string) => join(folder, name);
  copyFileSync(stores.postgres.tls.certFile, own('server.pem'));
  copyFileSync(stores.postgres.tls.keyFile, own('server.key'));
  // From its own host it is set up; from others only who has the password gets in, and only over TLS.
  writeFileSync(own('who.conf'), 'host all all 127.0.0.1/32 trust\nhostssl all all all scram-sha-256\n');
  for (const name of ['server.pem', 'server.key', 'who.conf']) if (owner) chownSync(own(name), owner.uid, owner.gid);
  const settings = {
    listen_addresses: `127.0.0.1,${stores.address}`,
    unix_socket_directories: '',
    fsync: 'off',
    ssl: 'on',
    ssl_cert_file: own('server.pem'),
    ssl_key_file: own('server.key'),
    hba_file: own('who.conf'),
  };
  const user = owner ? [`--reuid=${owner.uid}`, `--regid=${owner.gid}`, '--init-groups'] : [];
  const options = Object.entries(settings).map(([name, value]) => `--${name}=${value}`);
  const server = network.start('setpriv', [...user, join(programs, 'postgres'), '-D', folder, ...options]);
  await firstLine(server, 'PostgreSQL', /ready to accept connections/);
  await query(network, cluster, 'postgres', `ALTER USER canopy PASSWORD '${stores.postgres.password}'`);
  await query(network, cluster, 'postgres', 'CREATE DATABASE canopy');
}

async function query(network: PrivateNetwork, { programs }: Cluster, database: string, sql: string): Promise<string> {
  const options = ['--host=127.0.0.1', '--username=canopy', `--dbname=${database}`, '--tuples-only', '--no-align'];
  const { code, output, errors } = await network.run(join(programs, 'psql'), ...options, `--command=${sql}`);
  if (code !== 0) throw new Error(errors);
  return output.trim();
}

async function startRedis(network: PrivateNetwork, folder: string, { address, redis }: ManagedStores): Promise<void> {
  const program = findProgram('redis-server', process.env) ?? findProgram('valkey-server', process.env);
  if (program === undefined) throw new Error('Redis is not installed: run "npm run setup".');
  const data = join(folder, 'redis');
  mkdirSync(data);
  const settings = {
    bind: address,
    port: '0',
    'tls-port': '6379',
    'tls-cert-file': redis.tls.certFile,
    'tls-key-file': redis.tls.keyFile,
    'tls-ca-cert-file': redis.tls.caFile,
    'tls-auth-clients': 'no',
    requirepass: redis.password,
    dir: data,
    save: '',
  };
  const options = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
  await firstLine(network.start(program, options), 'Redis', /Ready to accept connections/);
}
