import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

test('the reference of the SDK is made without a warning', async () => {
  const typedoc = join(root, 'docs/sdk/node_modules/typedoc/bin/typedoc');
  // A warning is an error there: see typedoc.json.
  const made = promisify(execFile)(process.execPath, [typedoc, '--emit', 'none'], { cwd: join(root, 'docs/sdk') });
  await expect(made).resolves.toMatchObject({ stderr: '' });
  // It reads all types of the SDK, beside everything else that runs.
}, 300_000);

test('the quickstart has at most twenty lines', () => {
  expect(read('client/examples/quickstart.ts').trimEnd().split('\n').length).toBeLessThanOrEqual(20);
});

test('the README shows the quickstart as it runs', () => {
  expect(read('client/README.md')).toContain(`\`\`\`ts\n${read('client/examples/quickstart.ts')}\`\`\`\n`);
});
