import { expect, test } from 'vitest';
import { firstWorker } from './sources.mjs';

const source = (name: string, binary: string | undefined, asked: string[] = []) => ({
  name,
  get: async () => {
    asked.push(name);
    return binary;
  },
});
const runs = (binary: string) => !binary.includes('broken');

test('the first source with a worker that runs is taken, and later ones are not asked', async () => {
  const asked: string[] = [];
  const sources = [source('cache', undefined, asked), source('releases', '/r', asked), source('build', '/b', asked)];
  expect(await firstWorker(sources, runs, () => {})).toEqual({ binary: '/r', source: 'releases' });
  expect(asked).toEqual(['cache', 'releases']);
});

test('a worker made for another machine is passed over, and that is told', async () => {
  const told: string[] = [];
  const sources = [source('the cache', '/broken'), source('the sources', '/b')];
  expect(await firstWorker(sources, runs, (text) => told.push(text))).toMatchObject({ source: 'the sources' });
  expect(told).toEqual(['the one from the cache does not run here']);
});

test('without any the user hears what to set', async () => {
  await expect(firstWorker([source('cache', undefined)], runs, () => {})).rejects.toThrow('set MEDIASOUP_WORKER_BIN');
});
