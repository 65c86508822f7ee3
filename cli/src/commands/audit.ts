import type { AuditEntry, AuditQuery } from '@canopy/client/api';
import type { Command } from 'commander';
import { print, table } from '../output.ts';
import type { Run } from '../program.ts';

/** `canopy audit` */
export function addAudit(program: Command, run: Run): void {
  program
    .command('audit')
    .description('what was done and by whom, the newest first')
    .option('--actor <actor>', 'only what this one did: key:ID or user:ID')
    .option('--action <action>', 'only this, such as edge.drain or key.create')
    .option('--before <id>', 'only what came before this entry', Number)
    .option('--limit <entries>', 'at most so many, up to 200', Number)
    .addHelpText('after', '\nIt needs a key with the scope audit.')
    .action(
      run(async ({ api, json }, query: AuditQuery) => {
        const found = await api.operators.audit(query);
        print(json, found, () => inColumns(found));
      }),
    );
}

function inColumns(found: readonly AuditEntry[]): string {
  return table(
    ['ID', 'TIME', 'ACTOR', 'FROM', 'ACTION', 'TARGET', 'FAILED', 'DETAILS'],
    found.map(({ id, at, actor, address, action, target, failed, details }) => [
      id,
      at,
      actor,
      address,
      action,
      target,
      failed ?? '',
      Object.keys(details).length === 0 ? '' : JSON.stringify(details),
    ]),
  );
}
