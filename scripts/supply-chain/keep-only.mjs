// node scripts/supply-chain/keep-only.mjs WORKSPACE: takes out of node_modules what the workspace does not need in production.
// `npm ci --omit=dev` keeps what any workspace needs, also those that only develop or measure.
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../setup/paths.mjs';
import { foldersNeededBy } from './deployed.mjs';

const workspaces = process.argv.slice(2);
if (workspaces.length === 0) throw new Error('What is to be kept?');
const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
const needed = foldersNeededBy(workspaces, packages);
for (const folder of Object.keys(packages)) {
  // What is needed may lie inside of what is not: npm nests only what belongs to the outer one.
  if (folder.includes('node_modules/') && !needed.has(folder))
    rmSync(join(root, folder), { recursive: true, force: true });
}
