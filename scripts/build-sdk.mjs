// npm run build:sdk: the SDK as a package for programs outside of this repository, in client/dist and packed beside it.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { buildPackage } from './sdk/package.mjs';
import { root } from './setup/paths.mjs';

const folder = join(root, 'client', 'dist');
buildPackage(folder);
const [{ filename }] = JSON.parse(
  execFileSync('npm', ['pack', '--json', '--pack-destination', folder], { cwd: folder, encoding: 'utf8' }),
);
process.stdout.write(`${join(folder, filename)}\n`);
