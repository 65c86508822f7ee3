import { expect, test } from 'vitest';
import { nameEdges } from './regions.ts';

test('edges of one region are numbered', () => {
  expect(nameEdges(['us-east-1', 'eu-central-1', 'us-east-1'])).toEqual([
    { id: 'us-east-1-1', region: 'us-east-1' },
    { id: 'eu-central-1-1', region: 'eu-central-1' },
    { id: 'us-east-1-2', region: 'us-east-1' },
  ]);
});
