import { createDatabase } from '../services/database.ts';

/** An empty database of its own for one test file; disposing drops it, with whoever is connected. */
export async function createTestDatabase(): Promise<{ url: string } & AsyncDisposable> {
  const server = process.env.DATABASE_URL;
  if (server === undefined)
    throw new Error('DATABASE_URL is not set: tests with a database belong to the integration project');
  return createDatabase(server);
}
