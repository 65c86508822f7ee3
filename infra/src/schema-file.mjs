import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

/** @typedef {{ name: string, type: string, required: boolean, optional: boolean, computed: boolean, write_only: boolean }} Attribute as in Terraform's plugin protocol; `type` is JSON */
/** @typedef {{ type_name: string, nesting: number, min_items: number, block: Block }} NestedBlock */
/** @typedef {{ attributes: Attribute[], block_types: NestedBlock[] }} Block */
/** @typedef {{ provider: Block, resources: Record<string, Block>, data: Record<string, Block> }} Schema by the types' names */

/** The folder with all Terraform code. */
export const terraformFolder = fileURLToPath(new URL('../terraform', import.meta.url));

/** The snapshot of the AWS provider's schema, made by extract-schema.mjs. */
export const schemaFile = fileURLToPath(new URL('./aws-6.25.0.schema.json.gz', import.meta.url));

/** @returns {Schema} */
export function readSchema() {
  return JSON.parse(gunzipSync(readFileSync(schemaFile)).toString());
}

/** The names of all files with Terraform code, below the folder. @returns {string[]} */
function terraformFiles() {
  const names = readdirSync(terraformFolder, { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('.tf') && !name.includes('.terraform/')).sort();
}

/** The folders of all modules and examples, below the folder. @returns {string[]} */
export function moduleFolders() {
  const marker = '/versions.tf';
  return terraformFiles()
    .filter((name) => name.endsWith(marker))
    .map((name) => name.slice(0, -marker.length));
}

/** The types of AWS that the modules use. */
export function usedTypes() {
  const code = terraformFiles()
    .map((name) => readFileSync(join(terraformFolder, name), 'utf8'))
    .join('\n');
  /** @param {string} kind */
  const named = (kind) =>
    new Set([...code.matchAll(new RegExp(`^${kind} "(aws_\\w+)"`, 'gm'))].map(([, type = '']) => type));
  return { resources: named('resource'), data: named('data') };
}
