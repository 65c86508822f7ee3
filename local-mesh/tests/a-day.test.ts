import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Api } from '@canopy/client';
import { regions } from '@canopy/geo/regions';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePorts } from '../src/processes/ports.ts';
import { projectFolder } from '../src/project.ts';
import { launchChromium } from '../src/testing/chromium.ts';

const patience = { timeout: 30_000, interval: 100 };

/** What the guide has somebody do in one of its steps. */
interface Step {
  text: string;
  /** Line by line, from the blocks to type. */
  typed: string[];
  /** Regions to join from. */
  joins: string[];
}

/** The steps of docs/operations/a-day.md by their numbers. */
function stepsOf(guide: string): Map<number, Step> {
  const parts = guide.split(/^(?=\d+\. )/m).slice(1);
  return new Map(
    parts.map((text) => [
      Number.parseInt(text, 10),
      {
        text,
        typed: [...text.matchAll(/^ *```\n(.*?)^ *```$/gms)].flatMap(([, lines = '']) =>
          lines.split('\n').flatMap((line) => line.trim() || []),
        ),
        joins: [...text.matchAll(/join from \*\*(.+?)\*\*/g)].map(([, city]) => idOf(city)),
      },
    ]),
  );
}

function idOf(city: string | undefined): string {
  const found = regions.find(({ name }) => name === city);
  if (found === undefined) throw new Error(`there is no region ${city}`);
  return found.id;
}

const steps = stepsOf(readFileSync(join(projectFolder, 'docs/operations/a-day.md'), 'utf8'));
const program = join(projectFolder, 'cli', 'bin', 'canopy.mjs');

/** The guide's first terminal, and where its mesh says to be. */
let terminal: ChildProcess;
let url: string;
let browser: Browser;
let dataDir: string;
const following: ChildProcess[] = [];

/** Everything but the folder and the port, which may be somebody's, is as the guide has it. */
async function start(words: readonly string[]): Promise<void> {
  dataDir = mkdtempSync(join(tmpdir(), 'canopy-day-'));
  const [port = 0] = await freePorts(1);
  const launcher = join(import.meta.dirname, 'fixtures', 'start.ts');
  const args = [launcher, dataDir, ...words, '--web-port', String(port)];
  terminal = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  if (terminal.stdout === null) throw new Error('the terminal shows nothing');
  const [ready] = await Promise.race([once(createInterface(terminal.stdout), 'line'), once(terminal, 'exit')]);
  url = /^ready (\S+)$/.exec(String(ready))?.[1] ?? '';
  expect(url).not.toBe('');
}

beforeAll(async () => {
  const words =
    steps
      .get(1)
      ?.typed[0]?.replace(/^npm start -- /, '')
      .split(' ') ?? [];
  [browser] = await Promise.all([launchChromium(), start(words)]);
});

afterAll(async () => {
  for (const process of following) process.kill();
  await browser?.close();
  if (terminal?.exitCode === null) {
    terminal.kill('SIGTERM');
    await once(terminal, 'exit');
  }
  rmSync(dataDir, { recursive: true, force: true });
});

const env = () => ({ PATH: process.env.PATH ?? '', CANOPY_URL: url });

/** Types a command of the tool, and waits for its end. */
async function canopy(words: readonly string[]): Promise<{ said: string; code: number }> {
  return await new Promise((resolve) => {
    const child = execFile(process.execPath, [program, ...words], { env: env() }, (_error, stdout, stderr) =>
      resolve({ said: `${stdout}${stderr}`, code: child.exitCode ?? -1 }),
    );
  });
}

const newPage = async () => (await browser.newContext({ locale: 'en' })).newPage();

/** Creates a meeting on the home page; returns its link. */
async function create(title: string): Promise<string> {
  const page = await newPage();
  await page.goto(url);
  await page.getByLabel('Title (optional)').fill(title);
  await page.getByTestId('create-meeting').click();
  await page.getByTestId('join-name').waitFor();
  return page.url();
}

/** Somebody in a browser who joins from a region, without a camera: to encode it is most of the work. */
async function enter(link: string, region: string): Promise<void> {
  const page = await newPage();
  await page.goto(link);
  await page.getByTestId('join-from').selectOption(region);
  await page.getByTestId('join-name').fill(region);
  await page.getByTestId('toggle-camera').click();
  await page.getByTestId('join-button').click();
  await page.getByTestId('participant-count').waitFor();
}

test('what an operator types in the course of a day does what the guide says', async () => {
  const api = new Api({ url });
  const link = await create('Review');
  const meetingId = link.replace(/^.*\/m\//, '');
  const done: string[] = [];
  let events = '';
  let moved = '';

  const inPlace = (words: string) => words.replace('MEETING', meetingId).replace('PARTICIPANT', moved).split(' ');
  const follow = (words: string) => {
    const process = spawn(globalThis.process.execPath, [program, ...inPlace(words)], { env: env() });
    following.push(process);
    process.stdout.on('data', (data) => {
      events += String(data);
    });
  };
  /** Does a step as it stands in the guide; returns what the tool said. */
  const take = async (step: number, endsWith = 0): Promise<string> => {
    const { typed, joins } = steps.get(step) ?? { typed: [], joins: [] };
    await Promise.all(joins.map((region) => enter(link, region)));
    if (joins.length > 0) moved = await participantOn('us-east-1-1');
    let all = '';
    for (const line of typed) {
      const [, words] = /^canopy (.*)$/.exec(line) ?? [];
      if (words?.endsWith('--follow')) follow(words);
      else if (words === undefined) terminal.stdin?.write(`${line}\n`);
      else {
        const { said, code } = await canopy(inPlace(words));
        expect(code, `${line}: ${said}`).toBe(endsWith);
        all += said;
      }
      done.push(line);
    }
    return all;
  };
  const participantOn = async (edgeId: string) =>
    (await api.operators.participants(meetingId)).participants.find(({ edge }) => edge.id === edgeId)?.id ?? '';
  const states = async () => new Map((await api.getMesh()).edges.map(({ id, state }) => [id, state]));
  const heard = (what: RegExp) => expect.poll(() => events, patience).toMatch(what);

  const atFirst = await take(2);
  expect(atFirst).toMatch(/^ok {4}media eu-central-1-1 udp/m);
  // Which programs are installed here, and how quick the machine is, is not the guide's.
  const notOurs = /version|answers the control plane within|clock/;
  expect(atFirst.split('\n').filter((line) => /^(warn|FAIL)/.test(line) && !notOurs.test(line))).toEqual([]);

  const explained = await take(4);
  expect(explained).toMatch(new RegExp(`^${meetingId} .* Review$`, 'm'));
  expect(explained).toMatch(/^Placed .* on us-east-1-1, because /m);
  expect(await take(5)).toMatch(/^eu-central-1-1, because /);
  await take(6);
  await take(7);
  await heard(/edge\.joined {2,}ap-southeast-1-1/);
  expect(await take(5)).toMatch(/^ap-southeast-1-1, because /);
  expect(await take(9)).toMatch(/ap-southeast-1-1/);
  await heard(/plan\.changed/);

  expect(await take(10)).toContain('us-east-1-1 is empty.');
  const because = await take(11);
  expect(because).toContain('Moved there from us-east-1-1: edge_draining.');
  expect(because).toMatch(/^us-east-1-1 .* not-draining$/m);
  await take(12);
  await expect.poll(async () => (await states()).get('us-east-1-1'), patience).toBe('ready');

  await take(13);
  await heard(/edge\.lost {2,}ap-southeast-1-1/);
  expect(await take(14, 1)).toMatch(/^FAIL {2}edge ap-southeast-1-1: is not answering/m);
  await take(15);
  await heard(/edge\.restarted {2,}ap-southeast-1-1/);
  await expect.poll(async () => [...new Set((await states()).values())], patience).toEqual(['ready']);
  expect(await take(2)).not.toMatch(/^FAIL/m);
  const noted = await take(16);
  for (const [, action] of steps.get(16)?.text.matchAll(/`([a-z]+\.[a-z]+)`/g) ?? []) expect(noted).toContain(action);
  await take(17);
  expect((await api.getMeeting(meetingId)).status).toBe('ended');

  terminal.kill('SIGINT');
  expect(await once(terminal, 'exit')).toEqual([0, null]);

  // Nothing to type was left out; the first step has the mesh that was started.
  const [, ...others] = [...steps.values()];
  expect(others.flatMap(({ typed }) => typed.filter((line) => !done.includes(line)))).toEqual([]);
}, 240_000);
