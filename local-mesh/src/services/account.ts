import { readFile } from 'node:fs/promises';
import { StartError } from '../processes/start-error.ts';

export interface Account {
  uid: number;
  gid: number;
}

/** A user of this machine, from /etc/passwd. */
export async function accountOf(user: string): Promise<Account> {
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n');
  const [, , uid, gid] = lines.find((line) => line.startsWith(`${user}:`))?.split(':') ?? [];
  if (uid === undefined || gid === undefined)
    throw new StartError(
      `PostgreSQL does not run as root, and there is no user "${user}": create one, or set DATABASE_URL.`,
    );
  return { uid: Number(uid), gid: Number(gid) };
}
