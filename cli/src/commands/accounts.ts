import type { Command } from 'commander';
import { print } from '../output.ts';
import type { Run } from '../program.ts';

/** `canopy accounts …` */
export function addAccounts(program: Command, run: Run): void {
  program
    .command('accounts')
    .description('accounts of people')
    .command('reset <account>')
    .description('makes a link to set a new password, good once and for an hour; by email address or name of the room')
    .action(
      run(async ({ api, json }, account: string) => {
        const made = await api.account.createPasswordReset(account);
        print(
          json,
          made,
          () => `${made.url}\nGood once, until ${made.expiresAt}. Whoever has it can take over the account.`,
        );
      }),
    );
}
