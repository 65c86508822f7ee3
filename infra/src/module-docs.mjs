// node infra/src/module-docs.mjs: writes the tables of inputs and outputs into each module's README.md.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { moduleFolders, terraformFolder } from './schema-file.mjs';

const begin = '<!-- Written by infra/src/module-docs.mjs -->';

/**
 * The README of a module with its tables made anew.
 * @param {string} name the module's folder, below the one of all Terraform code
 */
export function readmeOf(name) {
  const folder = join(terraformFolder, name);
  const file = join(folder, 'README.md');
  const [lead = ''] = readFileSync(file, 'utf8').split(begin);
  return `${lead.trimEnd()}\n\n${begin}\n\n## Inputs\n\n${inputsTable(folder)}\n## Outputs\n\n${outputsTable(folder)}`;
}

/** @param {string} folder */
function inputsTable(folder) {
  const rows = blocksOf(join(folder, 'variables.tf'), 'variable').map(({ name, body }) => {
    const fallback = argument(body, 'default');
    return `| \`${name}\` | ${description(body)} | ${fallback === undefined ? 'required' : `\`${fallback}\``} |\n`;
  });
  return `| name | what it is | default |\n|---|---|---|\n${rows.join('')}`;
}

/** @param {string} folder */
function outputsTable(folder) {
  const rows = blocksOf(join(folder, 'outputs.tf'), 'output').map(
    ({ name, body }) => `| \`${name}\` | ${description(body)} |\n`,
  );
  return `| name | what it is |\n|---|---|\n${rows.join('')}`;
}

/**
 * The blocks of a formatted file: `terraform fmt` puts their ends into the first column.
 * @param {string} file
 * @param {string} kind
 */
function blocksOf(file, kind) {
  if (!existsSync(file)) return [];
  const found = readFileSync(file, 'utf8').matchAll(new RegExp(`^${kind} "(\\w+)" \\{\\n([\\s\\S]*?)^\\}`, 'gm'));
  return [...found].map(([, name = '', body = '']) => ({ name, body })).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** @param {string} body */
function description(body) {
  const text = argument(body, 'description');
  if (text === undefined) throw new Error(`no description:\n${body}`);
  return JSON.parse(text).replaceAll('|', '\\|');
}

/**
 * An argument of a block, on one line.
 * @param {string} body
 * @param {string} name
 */
function argument(body, name) {
  return body.match(new RegExp(`^ {2}${name}\\s+= (.*)$`, 'm'))?.[1];
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  for (const name of moduleFolders()) writeFileSync(join(terraformFolder, name, 'README.md'), readmeOf(name));
