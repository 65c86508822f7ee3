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

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'type' in value;

/** Words in JSX that no language file holds. */
function literalsIn(node: Node): string[] {
  const own = node.type === 'JSXText' ? [String(node.value)] : node.type === 'JSXAttribute' ? wordsOf(node) : [];
  const children = Object.values(node).flat().filter(isNode);
  return [...own.filter((text) => word.test(text)).map((text) => text.trim()), ...children.flatMap(literalsIn)];
}

/** Of an attribute that is spoken: what stands in quotes, and between the holes of a template. */
function wordsOf({ name, value }: Node): string[] {
  if (!isNode(name) || !spoken.has(String(name.name)) || !isNode(value)) return [];
  if (value.type === 'Literal') return [String(value.value)];
  const { expression } = value;
  if (!isNode(expression) || expression.type !== 'TemplateLiteral') return [];
  return (expression.quasis as { value: { raw: string } }[]).map((part) => part.value.raw);
}

test('every word that people read or hear comes from the language files', () => {
  const found = globSync('**/*.tsx', { cwd: root }).flatMap((file) => {
    const ast = parseAst(readFileSync(join(root, file), 'utf8'), { lang: 'tsx' });
    return literalsIn(ast as unknown as Node).map((text) => `${file}: ${text}`);
  });
  expect(found).toEqual([]);
});

test('a word in JSX is found, in an element and in what is spoken', () => {
  const source =
    'export const a = (n) => <p title="No" className="of the browser" aria-label={`Ask ${n}`}>Hello {n}</p>;';
  const found = literalsIn(parseAst(source, { lang: 'tsx' }) as unknown as Node);
  expect(found.sort()).toEqual(['Ask', 'Hello', 'No']);
});
