import { execFileSync } from 'node:child_process';
import { copyFileSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { root } from '../setup/paths.mjs';

/**
 * Compiles the SDK into a folder: JavaScript modules with their types, those of the workspaces that it needs among them, and
 * a package.json that names the packages it needs besides.
 * @param {string} folder
 */
export function buildPackage(folder) {
  rmSync(folder, { recursive: true, force: true });
  const tsc = join(root, 'node_modules', '.bin', 'tsc');
  execFileSync(tsc, ['-p', join(root, 'client', 'tsconfig.package.json'), '--outDir', folder], { stdio: 'inherit' });
  for (const name of globSync('**/*.{js,d.ts}', { cwd: folder })) {
    const file = join(folder, name);
    writeFileSync(file, relinked(readFileSync(file, 'utf8'), dirname(file), folder));
  }
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest(), null, 2)}\n`);
  copyFileSync(join(root, 'LICENSE'), join(folder, 'LICENSE'));
  copyFileSync(join(root, 'client', 'README.md'), join(folder, 'README.md'));
}

/** @param {string} path */
const readJson = (path) => JSON.parse(readFileSync(join(root, path), 'utf8'));

/**
 * What a module names: workspaces by where they are in the package, and files as they are called there.
 * @param {string} code
 * @param {string} from the module's folder
 * @param {string} folder
 */
function relinked(code, from, folder) {
  return code
    .replaceAll(/(['"])@canopy\/([\w-]+)\/([\w-]+)\1/g, (_whole, quote, workspace, name) => {
      const target = relative(from, join(folder, workspace, source(workspace, name)));
      const path = target.split(sep).join('/');
      return `${quote}${path.startsWith('.') ? path : `./${path}`}${quote}`;
    })
    .replaceAll(/(['"]\.[^'"\n]*)\.ts(['"])/g, '$1.js$2');
}

/** The module that a workspace exports by a name. @param {string} workspace @param {string} name */
function source(workspace, name) {
  const { exports } = readJson(`${workspace}/package.json`);
  const path = exports[`./${name}`] ?? exports['./*'].replace('*', name);
  return path.replace(/\.ts$/, '.js');
}

function manifest() {
  const { name, version, license, type, sideEffects, dependencies } = readJson('client/package.json');
  const entry = (/** @type {string} */ module) => ({
    types: `./client/src/${module}.d.ts`,
    default: `./client/src/${module}.js`,
  });
  return {
    name,
    version,
    license,
    type,
    sideEffects,
    exports: { '.': entry('index'), './api': entry('rest-api') },
    dependencies: {
      'mediasoup-client': dependencies['mediasoup-client'],
      '@bufbuild/protobuf': readJson('proto/package.json').dependencies['@bufbuild/protobuf'],
    },
  };
}
