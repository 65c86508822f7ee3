import tab from '@bomb.sh/tab/commander';
import { Command } from 'commander';
import { addAccounts } from './commands/accounts.ts';
import { addAudit } from './commands/audit.ts';
import { addDoctor } from './commands/doctor.ts';
import { addEdges } from './commands/edges.ts';
import { addEvents } from './commands/events.ts';
import { addKeys } from './commands/keys.ts';
import { addMeetings } from './commands/meetings.ts';
import { addMigrations } from './commands/migrations.ts';
import { addPlacement } from './commands/placement.ts';
import { addTokens } from './commands/tokens.ts';
import { readSettings, type Settings } from './settings.ts';

/** A command gets what it goes by once it runs. */
export type Run = <A extends unknown[]>(
  action: (settings: Settings, ...args: A) => Promise<void>,
) => (this: Command, ...args: A) => Promise<void>;

const environment = `
Environment:
  CANOPY_URL        the control plane, as --url
  CANOPY_API_KEY    <id>.<secret> of the installation's API key
  DATABASE_URL      PostgreSQL, for migrations and doctor

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 not now (try again), 4 not allowed.`;

const commands = [
  addEdges,
  addMeetings,
  addPlacement,
  addEvents,
  addTokens,
  addKeys,
  addAccounts,
  addAudit,
  addMigrations,
  addDoctor,
];

/** Every command of `canopy`. */
export function buildProgram(env: NodeJS.ProcessEnv): Command {
  const program = new Command('canopy')
    .description('Operates a Canopy mesh')
    .option('--url <url>', 'the control plane', env.CANOPY_URL || 'http://127.0.0.1:8080')
    .option('--api-key-file <file>', 'a file with the API key, in place of CANOPY_API_KEY')
    .option('--json', 'JSON in place of tables, for scripts')
    .exitOverride()
    .showHelpAfterError('Try --help.')
    .addHelpText('after', environment);
  for (const add of commands) {
    add(
      program,
      (action) =>
        async function (...args) {
          await action(readSettings(this, env), ...args);
        },
    );
  }
  tab(program);
  return program;
}
