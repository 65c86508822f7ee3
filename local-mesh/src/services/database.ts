import { randomUUID } from 'node:crypto';
import { Client } from 'pg';

const connectTimeoutMs = 10_000;

/** Runs one statement on the server of `url`. */
export async function execute(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: connectTimeoutMs });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** The same server, another database. */
export function databaseUrl(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

/** An empty database of its own on the server of `url`; disposing drops it, with whoever is connected. */
export async function createDatabase(url: string): Promise<{ url: string } & AsyncDisposable> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await execute(url, `CREATE DATABASE ${name}`);
  return {
    url: databaseUrl(url, name),
    [Symbol.asyncDispose]: () => execute(url, `DROP DATABASE ${name} WITH (FORCE)`),
  };
}
