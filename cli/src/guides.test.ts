import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { buildProgram } from './program.ts';

const project = join(import.meta.dirname, '../..');
const guides = ['README.md', 'cli/README.md', ...globSync('docs/**/*.md', { cwd: project })];

/** What a guide has people type: in blocks to the end of the line or a remark, in sentences to the next backtick. */
const typed = /(?<=^ *(?:[A-Z_]+=\S+ )*|`)(?:npx )?canopy ([a-z][^`\n]*?)(?=`| {2,}#|$)/gm;

const commandsIn = (guide: string) =>
  [...readFileSync(join(project, guide), 'utf8').matchAll(typed)].map(([, words = '']) => words.trim());

/** What commander would not take. Nothing is run. */
function fault(words: readonly string[], command: Command): string | undefined {
  const [name = '', ...rest] = words;
  const next = command.commands.find((one) => one.name() === name);
  if (next !== undefined) return fault(rest, next);
  // A sentence may name a group by itself.
  if (command.commands.length > 0) return words.length === 0 ? undefined : `${command.name()} has no ${name}`;
  const { operands, unknown } = command.parseOptions([...words]);
  if (unknown.length > 0) return `${command.name()} knows no ${unknown.join(' ')}`;
  const most = command.registeredArguments.length;
  return operands.length > most ? `${command.name()} takes at most ${most}: ${operands.join(' ')}` : undefined;
}

test('whatever guides have people type is a command', () => {
  const program = buildProgram({});
  const commands = guides.flatMap((guide) => commandsIn(guide).map((words) => ({ guide, words })));
  expect(commands).toContainEqual({ guide: 'docs/operations/a-day.md', words: 'edges drain us-east-1-1 --wait' });
  const faults = commands.flatMap(({ guide, words }) => {
    const found = fault(words.split(/ +/), program);
    return found === undefined ? [] : [`${guide}: canopy ${words}: ${found}`];
  });
  expect(faults).toEqual([]);
});
