#!/usr/bin/env node
// Runs on a Node that takes TypeScript: this one, or else the project's own.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const main = new URL('../src/main.ts', import.meta.url);

if (Number.parseInt(process.versions.node, 10) >= 24) await import(main.href);
else {
  const node = fileURLToPath(new URL('../../node_modules/.bin/node', import.meta.url));
  const { status } = spawnSync(node, [fileURLToPath(main), ...process.argv.slice(2)], { stdio: 'inherit' });
  process.exitCode = status ?? 1;
}
