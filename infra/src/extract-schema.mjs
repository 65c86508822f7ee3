// node infra/src/extract-schema.mjs FOLDER: makes the snapshot of the AWS provider's schema anew, for exactly the resources
// that the modules use. FOLDER is the unpacked npm package @cdktf/provider-aws 21.22.1 (of provider 6.25.0; MPL-2.0):
//   npm pack @cdktf/provider-aws@21.22.1 && tar xzf cdktf-provider-aws-*.tgz     makes ./package
// Its classes, generated from the provider's own schema, tell each argument's type and whether it is required.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { schemaFile, usedTypes } from './schema-file.mjs';

/** @typedef {import('./schema-file.mjs').Block} Block */
/** @typedef {import('./schema-file.mjs').Schema} Schema */
/** @typedef {{ isBlock: boolean, type: string, storageClass: string }} Argument */

const folder = process.argv[2];
if (folder === undefined) throw new Error('Which folder has the unpacked npm package @cdktf/provider-aws?');
const library = join(folder, 'lib');

/** Terraform's JSON of a type, by the storage class of cdktf. @type {Record<string, string>} */
const types = {
  string: '"string"',
  number: '"number"',
  boolean: '"bool"',
  stringList: '["list","string"]',
  numberList: '["list","number"]',
  stringMap: '["map","string"]',
  booleanMap: '["map","bool"]',
  numberMap: '["map","number"]',
};
/** The same, by the getter of what is only computed. @type {Record<string, string>} */
const computedTypes = {
  String: '"string"',
  Number: '"number"',
  Boolean: '"bool"',
  List: '["list","string"]',
  NumberList: '["list","number"]',
  StringMap: '["map","string"]',
  BooleanMap: '["map","bool"]',
};
const nestings = { struct: 1, list: 2, set: 3 };

/** @param {string} source @returns {Record<string, string>} the text of each class */
function classesOf(source) {
  const named = source.split(/^class /m).slice(1);
  return Object.fromEntries(named.map((body) => [body.match(/^\w+/)?.[0] ?? '', body]));
}

/** What can't be set, with the code of its getter. @param {string} body of a class @returns {Record<string, string>} */
function computedOnly(body) {
  const comment = /\/\/ (\w+) - computed: true, optional: false, required: false\n/g;
  const found = [...body.matchAll(comment)];
  return Object.fromEntries(found.map((at) => [at[1] ?? '', body.slice(at.index, at.index + 400)]));
}

/** What can be left out can be reset. @param {string} body of a class @param {string} name */
function isRequired(body, name) {
  const camel = name.replace(/(?:^|_)(\w)/g, (_, letter) => letter.toUpperCase());
  return body !== '' && !body.includes(`reset${camel}()`);
}

/** @param {string} body @returns {Record<string, Argument>} */
function argumentsOf(body) {
  const listed = body.match(/const attrs = \{([\s\S]*?)\n\s*\};/)?.[1] ?? '';
  const pattern = /(\w+): \{\s*value:[\s\S]*?isBlock: (\w+),\s*type: "(\w+)",\s*storageClassType: "(\w+)"/g;
  return Object.fromEntries(
    [...listed.matchAll(pattern)].map(([, name = '', isBlock, type = '', storageClass = '']) => [
      name,
      { isBlock: isBlock === 'true', type, storageClass },
    ]),
  );
}

/** @param {Argument} argument */
function typeOfArgument({ type, storageClass }) {
  const known = types[storageClass] ?? '"dynamic"';
  return type === 'set' ? known.replace('"list"', '"set"') : known;
}

/** @param {string} getter */
function typeOfComputed(getter) {
  if (getter.includes('new cdktf.StringMap')) return types.stringMap ?? '';
  if (getter.slice(0, 300).includes('tolist(')) return '["set","string"]';
  return computedTypes[getter.match(/this\.get(\w+)Attribute\('/)?.[1] ?? ''] ?? '"dynamic"';
}

/** @param {string} source @returns {Block} */
function blockOf(source) {
  const classes = classesOf(source);
  /** @param {Record<string, Argument>} given @param {string} body of the class that has them @returns {Block} */
  const toBlock = (given, body) => {
    /** @type {Block} */
    const block = { attributes: [], block_types: [] };
    for (const [name, argument] of Object.entries(given)) {
      const required = isRequired(body, name);
      if (argument.isBlock) {
        const struct = argument.storageClass.replace(/List$/, '');
        const writer = `function ${struct.charAt(0).toLowerCase()}${struct.slice(1)}ToHclTerraform\\(struct\\)[\\s\\S]*?\\n}\\n`;
        const within = source.match(new RegExp(writer))?.[0] ?? '';
        block.block_types.push({
          type_name: name,
          nesting: nestings[argument.type === 'set' || argument.type === 'struct' ? argument.type : 'list'],
          min_items: required && argument.type !== 'struct' ? 1 : 0,
          block: toBlock(argumentsOf(within), classes[`${struct}OutputReference`] ?? ''),
        });
      } else {
        // Which optional arguments are computed when left out isn't told. That any may be costs no error found.
        const write_only = name.endsWith('_wo');
        const type = typeOfArgument(argument);
        block.attributes.push({
          name,
          type,
          required,
          optional: !required,
          computed: !required && !write_only,
          write_only,
        });
      }
    }
    for (const [name, getter] of Object.entries(computedOnly(body))) {
      if (name in given) continue;
      const type = typeOfComputed(getter);
      block.attributes.push({ name, type, required: false, optional: false, computed: true, write_only: false });
    }
    return block;
  };
  const main = Object.values(classes).find((body) =>
    /^\w+ extends \S+Terraform(Resource|DataSource|Provider)\b/.test(body),
  );
  if (main === undefined) throw new Error('no resource in this file');
  return toBlock(argumentsOf(main.slice(main.indexOf('synthesizeHclAttributes'))), main);
}

const wanted = usedTypes();
/** @type {Schema} */
const schema = { provider: { attributes: [], block_types: [] }, resources: {}, data: {} };
for (const name of readdirSync(library).sort()) {
  const file = join(library, name, 'index.js');
  if (!existsSync(file)) continue;
  const source = readFileSync(file, 'utf8');
  if (name === 'provider') schema.provider = blockOf(source);
  const type = source.match(/tfResourceType = ["'](\w+)["']/)?.[1];
  if (type === undefined) continue;
  const isData = name.startsWith('data-aws');
  if (isData && wanted.data.has(type)) schema.data[type] = blockOf(source);
  if (!isData && wanted.resources.has(type)) schema.resources[type] = blockOf(source);
}
writeFileSync(schemaFile, gzipSync(JSON.stringify(schema), { level: 9 }));
