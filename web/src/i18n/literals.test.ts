import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAst } from 'vite';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
/** What people read or hear; other attributes are for the browser. */
const spoken = new Set(['aria-label', 'alt', 'label', 'placeholder', 'text', 'title']);
const word = /\p{L}{2}/u;

interface Node {
  type: string;
  [field: string]: unknown;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value;
}

/** Words in JSX that no language file holds. */
function literalsIn(node: unknown): string[] {
  if (!isNode(node)) return [];
  const own = node.type === 'JSXText' ? [String(node.value)] : node.type === 'JSXAttribute' ? wordsOf(node) : [];
  const within = Object.values(node).flat().flatMap(literalsIn);
  return [...own.filter((text) => word.test(text)).map((text) => text.trim()), ...within];
}

/** Of an attribute that is spoken: what stands in quotes, and between the holes of a template. */
function wordsOf({ name, value }: Node): string[] {
  if (!isNode(name) || !spoken.has(String(name.name)) || !isNode(value)) return [];
  if (value.type === 'Literal') return [String(value.value)];
  const { expression } = value;
  return isNode(expression) && expression.type === 'TemplateLiteral' ? [expression.quasis].flat().flatMap(rawOf) : [];
}

function rawOf(part: unknown): string[] {
  if (!isNode(part) || typeof part.value !== 'object' || part.value === null || !('raw' in part.value)) return [];
  return [String(part.value.raw)];
}

test('every word that people read or hear comes from the language files', () => {
  const found = globSync('**/*.tsx', { cwd: root }).flatMap((file) => {
    const ast = parseAst(readFileSync(join(root, file), 'utf8'), { lang: 'tsx' });
    return literalsIn(ast).map((text) => `${file}: ${text}`);
  });
  expect(found).toEqual([]);
});

test('a word in JSX is found, in an element and in what is spoken', () => {
  const source =
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the source that is looked at
    'export const a = (n) => <p title="No" className="of the browser" aria-label={`Ask ${n}`}>Hello {n}</p>;';
  const found = literalsIn(parseAst(source, { lang: 'tsx' }));
  expect(found.sort()).toEqual(['Ask', 'Hello', 'No']);
});
