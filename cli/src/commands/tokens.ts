import type { RoleName } from '@canopy/client/api';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { print } from '../output.ts';
import type { Run } from '../program.ts';

interface TokenOptions {
  name: string;
  role: RoleName;
  ttl: number;
}

/** `canopy tokens …` */
export function addTokens(program: Command, run: Run): void {
  const tokens = program.command('tokens').description('tokens that let people into meetings');
  tokens
    .command('create <meeting>')
    .description('makes a join token for one person')
    .option('--name <name>', 'of who joins with it', 'Guest')
    .addOption(new Option('--role <role>').choices(['host', 'cohost', 'panelist', 'attendee']).default('attendee'))
    .option('--ttl <seconds>', 'how long one may join with it', seconds, 3_600)
    .action(
      run(async ({ api, json }, meetingId: string, { name, role, ttl }: TokenOptions) => {
        const made = await api.createToken(meetingId, { name, role, ttlSeconds: ttl });
        print(json, made, () => made.token);
      }),
    );
}

function seconds(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('It takes seconds.');
  return Number(text);
}
