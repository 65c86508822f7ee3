import { expect, test } from 'vitest';
import { Lifecycle, type Transitions } from './lifecycle.ts';
import { silentLogger } from './logger.ts';

type State = 'ready' | 'draining' | 'closed';
const transitions: Transitions<State> = { ready: ['draining', 'closed'], draining: ['ready', 'closed'], closed: [] };

test('follows its table and tells listeners', () => {
  const lifecycle = new Lifecycle<State>('ready', transitions, silentLogger);
  const seen: string[] = [];
  lifecycle.onChange((state, previous) => seen.push(`${previous}>${state}`));
  lifecycle.to('draining');
  lifecycle.to('draining');
  lifecycle.to('closed');
  expect(seen).toEqual(['ready>draining', 'draining>closed']);
});

test('refuses a transition the table does not have', () => {
  const lifecycle = new Lifecycle<State>('closed', transitions, silentLogger);
  expect(() => lifecycle.to('ready')).toThrow('no transition from closed to ready');
});
