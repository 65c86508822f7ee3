import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { VirtualClock } from '@canopy/runtime/clock';
import { CanopyError } from '@canopy/runtime/errors';
import { silentLogger } from '@canopy/runtime/logger';
import type { ObjectStore } from '@canopy/storage/object-store';
import { expect, test } from 'vitest';
import type { StoredPart } from '../../core/recording/part.ts';
import { StoredParts } from './stored-parts.ts';

/** What others put into a store, which counts what is asked of it, and may be silent. */
class ToyStore implements Pick<ObjectStore, 'put' | 'open' | 'list'> {
  readonly texts = new Map<string, string>();
  readonly asked: string[] = [];
  silent = false;

  async put(key: string, file: string): Promise<void> {
    this.texts.set(key, await readFile(file, 'utf8'));
  }

  open(key: string): Promise<Readable | undefined> {
    const text = this.texts.get(key);
    return this.#answer(key, text === undefined ? undefined : Readable.from([text]));
  }

  list(folder: string) {
    const objects = [...this.texts.keys()].map((key) => ({ key, bytes: 0, changedAtMs: 0 }));
    return this.#answer(folder, objects);
  }

  #answer<T>(question: string, answer: T): Promise<T> {
    this.asked.push(question);
    return this.silent ? new Promise<never>(() => undefined) : Promise.resolve(answer);
  }
}

function part(partId: string, more: Partial<StoredPart> = {}): StoredPart {
  const what = { trackId: 'mic', edgeId: 'edge', kind: 'audio', startedAtMs: 1 } as const;
  return { partId, ...what, segments: 1, bytes: 10, writtenUntilMs: 2, ...more };
}

function given(...parts: StoredPart[]) {
  const objects = new ToyStore();
  for (const one of parts) objects.texts.set(`recording/${one.partId}/part.json`, JSON.stringify(one));
  const clock = new VirtualClock();
  const stored = new StoredParts(objects, clock, silentLogger);
  const segments = async () => [...(await stored.known('recording')).values()].map((one) => [one.partId, one.segments]);
  return { objects, clock, stored, segments };
}

test('parts of others are looked at again while they go on, and no answer waits for that', async () => {
  const { objects, clock, segments } = given(part('ended', { endedAtMs: 3 }), part('running'));
  const before = [
    ['ended', 1],
    ['running', 1],
  ];
  expect(await segments()).toEqual(before);
  objects.texts.set('recording/running/part.json', JSON.stringify(part('running', { segments: 2 })));
  objects.asked.length = 0;
  clock.advance(10_001);
  expect(await segments()).toEqual(before);
  await expect.poll(segments).toContainEqual(['running', 2]);
  expect(objects.asked).toEqual(['recording', 'recording/running/part.json']);
});

test('what this edge moves itself is not looked at', async () => {
  const { objects, clock, stored, segments } = given();
  await stored.note('recording', part('own'));
  await stored.publish('recording', 'own');
  objects.asked.length = 0;
  clock.advance(30_000);
  expect(await segments()).toEqual([['own', 1]]);
  expect(objects.asked).toEqual([]);
  clock.advance(60_000);
  objects.texts.set('recording/new/part.json', JSON.stringify(part('new')));
  await segments();
  await expect.poll(segments).toContainEqual(['new', 1]);
  expect(objects.asked).toEqual(['recording', 'recording/new/part.json']);
});

test('a store that is silent is asked once at a time, and waited for briefly where nothing is known yet', async () => {
  const { objects, clock, segments } = given(part('running'));
  objects.silent = true;
  const answers = [segments(), segments()];
  clock.advance(1_000);
  expect(await Promise.all(answers)).toEqual([[], []]);
  expect(objects.asked).toEqual(['recording']);
});

test('a store that is silent from some time on is not waited for', async () => {
  const { objects, clock, segments } = given(part('running'));
  await segments();
  objects.silent = true;
  clock.advance(10_001);
  expect(await segments()).toEqual([['running', 1]]);
});

test('what can not be read counts as none, and a store that fails is told of to who moves something there', async () => {
  const { objects, stored, segments } = given(part('good'));
  objects.texts.set('recording/broken/part.json', '');
  expect(await segments()).toEqual([['good', 1]]);
  objects.list = () => Promise.reject(new CanopyError('STORAGE_UNAVAILABLE'));
  await expect(stored.own('other', 'part')).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
});
