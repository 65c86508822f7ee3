import { VirtualClock } from '@canopy/runtime/clock';
import { CanopyError } from '@canopy/runtime/errors';
import { expect, test } from 'vitest';
import { Turnstile } from './turnstile.ts';

/** Work that lasts until it is told to end, and notes when it began. */
function visits() {
  const began: string[] = [];
  const ends = new Map<string, () => void>();
  const visit = (name: string) => () =>
    new Promise<void>((resolve) => {
      began.push(name);
      ends.set(name, resolve);
    });
  return { began, visit, end: (name: string) => ends.get(name)?.() };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

test('lets through a few at a time, in the order in which they came', async () => {
  const turnstile = new Turnstile({ atOnce: 2, patienceMs: 1_000 }, new VirtualClock());
  const { began, visit, end } = visits();
  const all = ['a', 'b', 'c', 'd'].map((name) => turnstile.pass(visit(name)));
  await settle();
  expect(began).toEqual(['a', 'b']);
  end('b');
  await settle();
  expect(began).toEqual(['a', 'b', 'c']);
  for (const name of ['a', 'c']) end(name);
  await settle();
  end('d');
  await Promise.all(all);
});

test('who passed before goes before those who just came', async () => {
  const turnstile = new Turnstile({ atOnce: 1, patienceMs: 1_000 }, new VirtualClock());
  const { began, visit, end } = visits();
  void turnstile.pass(visit('inside'));
  void turnstile.pass(visit('new'));
  void turnstile.passFirst(visit('second turn'));
  void turnstile.passFirst(visit('another second turn'));
  await settle();
  for (const name of ['inside', 'second turn', 'another second turn']) {
    end(name);
    await settle();
  }
  expect(began).toEqual(['inside', 'second turn', 'another second turn', 'new']);
});

test('who steps aside holds nobody up, and goes on before those who just came', async () => {
  const turnstile = new Turnstile({ atOnce: 1, patienceMs: 1_000 }, new VirtualClock());
  const { began, visit, end } = visits();
  const waiting = turnstile.passFirst(async ({ aside }) => {
    await aside(visit('edge'));
    await visit('after the edge')();
  });
  for (const name of ['new', 'newer']) void turnstile.pass(visit(name));
  await settle();
  expect(began).toEqual(['edge', 'new']);
  end('edge');
  await settle();
  for (const name of ['new', 'after the edge']) {
    end(name);
    await settle();
  }
  await waiting;
  expect(began).toEqual(['edge', 'new', 'after the edge', 'newer']);
});

test('a turn that fails makes room for the next, and fails whoever took it', async () => {
  const turnstile = new Turnstile({ atOnce: 1, patienceMs: 1_000 }, new VirtualClock());
  const failing = turnstile.pass(() => Promise.reject(new CanopyError('TOKEN_INVALID')));
  const next = turnstile.pass(async () => 'in');
  await expect(failing).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
  expect(await next).toBe('in');
});

/** A turnstile with one turn of 500 ms done and, of those that follow, one under way and two in line. */
async function crowded() {
  const clock = new VirtualClock();
  const turnstile = new Turnstile({ atOnce: 1, patienceMs: 50 }, clock);
  const { visit, end } = visits();
  const slow = turnstile.pass(visit('slow'));
  await settle();
  clock.advance(500);
  end('slow');
  await slow;
  for (const name of ['inside', 'second', 'third']) void turnstile.pass(visit(name));
  await settle();
  return { clock, turnstile, visit };
}

test('sends away whoever would stand in line for long, one to come back after the other', async () => {
  const { turnstile, visit } = await crowded();
  const told = async (name: string) => {
    const error = await turnstile.pass(visit(name)).catch((reason: unknown) => CanopyError.from(reason));
    return error instanceof CanopyError ? error : undefined;
  };
  const [first, second] = [await told('fourth'), await told('fifth')];
  expect(first).toMatchObject({ code: 'BUSY', retryable: true });
  expect(first?.retryAfterMs).toBeGreaterThan(50);
  expect(second?.retryAfterMs).toBeGreaterThan(first?.retryAfterMs ?? 0);
});

test('never sends away who passed before', async () => {
  const { turnstile, visit } = await crowded();
  const last = turnstile.passFirst(visit('second turn'));
  await expect(Promise.race([last, settle().then(() => 'in line')])).resolves.toBe('in line');
});

test('a crowd is not sent away, and neither keeps those who just came from passing nor is kept by them', async () => {
  const turnstile = new Turnstile({ atOnce: 1, patienceMs: 1_000 }, new VirtualClock());
  const { began, visit, end } = visits();
  const all = [turnstile.pass(visit('inside'))];
  for (const name of ['waited 1', 'waited 2', 'waited 3']) all.push(turnstile.passWithCrowd(visit(name)));
  for (const name of ['new 1', 'new 2']) all.push(turnstile.pass(visit(name)));
  all.push(turnstile.passFirst(visit('second turn')));
  for (let turn = 0; turn < all.length; turn++) {
    await settle();
    end(began.at(-1) ?? '');
  }
  await Promise.all(all);
  expect(began).toEqual(['inside', 'second turn', 'new 1', 'waited 1', 'new 2', 'waited 2', 'waited 3']);
});

test('a crowd longer than anybody’s patience passes all the same', async () => {
  const { turnstile, visit } = await crowded();
  const last = turnstile.passWithCrowd(visit('waited'));
  await expect(Promise.race([last, settle().then(() => 'in line')])).resolves.toBe('in line');
});

/** How many of ten who come at once stand in line, beside so many whom a door let in. */
async function inLineBeside(crowd: number): Promise<number> {
  const turnstile = new Turnstile({ atOnce: 1, patienceMs: 50 }, new VirtualClock());
  const { visit } = visits();
  void turnstile.pass(visit('inside'));
  for (let index = 0; index < crowd; index++) void turnstile.passWithCrowd(visit('waited'));
  let inLine = 10;
  for (let index = 0; index < 10; index++) {
    turnstile.pass(visit('new')).catch(() => {
      inLine -= 1;
    });
  }
  await settle();
  return inLine;
}

test('half as many stand in line beside a crowd, for that takes every second turn', async () => {
  expect(await inLineBeside(100)).toBe((await inLineBeside(0)) / 2);
  expect(await inLineBeside(1)).toBe((await inLineBeside(0)) - 1);
});
