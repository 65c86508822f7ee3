import type { ApiKeyInfo, KeyScope, NewApiKey } from '@canopy/client/api';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { print, table } from '../output.ts';
import type { Run } from '../program.ts';

const scopes: readonly KeyScope[] = ['meetings', 'tokens', 'mesh.read', 'mesh.operate', 'keys', 'audit', 'accounts'];

interface KeyOptions {
  name: string;
  scope: KeyScope[];
  expires?: string;
}

/** `canopy keys …` */
export function addKeys(program: Command, run: Run): void {
  const keys = program.command('keys').description('API keys of customers and operators');
  keys
    .command('list')
    .description('every key but those of the settings')
    .action(
      run(async ({ api, json }) => {
        const found = await api.keys.list();
        print(json, found, () => inColumns(found));
      }),
    );
  keys
    .command('create')
    .description('makes a key; its secret is shown this once')
    .requiredOption('--name <name>', 'whose it is, or what for')
    .addOption(new Option('--scope <scope...>', 'what it may').choices(scopes).makeOptionMandatory())
    .option('--expires <time>', 'when it ends, such as 2027-01-31 or 2027-01-31T12:00:00Z', instant)
    .action(
      run(async ({ api, json }, { name, scope, expires }: KeyOptions) => {
        const made = await api.keys.create({
          name,
          scopes: scope,
          ...(expires === undefined ? {} : { expiresAt: expires }),
        });
        print(json, made, () => credential(made));
      }),
    );
  keys
    .command('rotate <key>')
    .description('gives a key another secret; the one before is good for another day')
    .action(
      run(async ({ api, json }, id: string) => {
        const made = await api.keys.rotate(id);
        print(json, made, () => credential(made));
      }),
    );
  keys
    .command('revoke <key>')
    .description('takes a key back for good')
    .action(
      run(async ({ api, json }, id: string) => {
        await api.keys.revoke(id);
        print(json, { id, revoked: true }, () => `${id} opens nothing more, within ten seconds everywhere.`);
      }),
    );
}

/** As the API takes it. */
export function instant(text: string): string {
  const [day] = /^\d{4}-\d\d-\d\d(?=$|T.*(?:Z|[+-]\d\d:\d\d)$)/.exec(text) ?? [];
  const at = Date.parse(text);
  // `Date` takes the 31st of February for the 3rd of March.
  if (day === undefined || Number.isNaN(at) || new Date(day).toISOString().slice(0, 10) !== day)
    throw new InvalidArgumentError('It takes a day, or a time with its zone.');
  return new Date(at).toISOString();
}

function inColumns(found: readonly ApiKeyInfo[]): string {
  return table(
    ['KEY', 'NAME', 'SCOPES', 'CREATED', 'EXPIRES', 'REVOKED'],
    found.map((key) => [
      key.id,
      key.name,
      key.scopes.join(' '),
      key.createdAt,
      key.expiresAt ?? 'never',
      key.revokedAt ?? 'no',
    ]),
  );
}

function credential({ id, secret }: NewApiKey): string {
  return `${id}.${secret}`;
}
