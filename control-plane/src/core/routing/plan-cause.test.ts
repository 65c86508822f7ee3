import { MigrateReason } from '@canopy/proto/signal';
import { expect, test } from 'vitest';
import { causeOfMove } from './plan-cause.ts';

test('a plan by which somebody is moved is made for the reason of the move', () => {
  expect(causeOfMove(MigrateReason.EDGE_DRAINING)).toBe('edge_draining');
  expect(causeOfMove(MigrateReason.LOAD)).toBe('load');
  // One that a newer version knows.
  expect(causeOfMove(MigrateReason.UNSPECIFIED)).toBe('moved');
});
