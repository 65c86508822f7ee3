import { type Participant, Role } from '@canopy/client';
import { expect, test } from 'vitest';
import { inOrder, named } from './people-order.ts';

const person = (name: string, role: Role): Participant => ({
  id: name,
  name,
  role,
  region: '',
  edgeId: '',
  connected: true,
});

test('lists oneself first, then who leads the meeting, then the others by name', () => {
  const people = [
    person('Zoe', Role.PANELIST),
    person('Öykü', Role.PANELIST),
    person('Ida', Role.COHOST),
    person('Paul', Role.PANELIST),
    person('Mara', Role.HOST),
  ];
  expect(inOrder(people, 'Zoe').map(({ name }) => name)).toEqual(['Zoe', 'Mara', 'Ida', 'Öykü', 'Paul']);
});

test('finds people by any part of their name, in any order and case, with or without accents', () => {
  const people = ['Júlia Ferreira', 'Noah Okafor', 'Julian Noe'].map((name) => ({ name }));
  const found = (typed: string) => named(people, typed).map(({ name }) => name);
  expect(found('jul')).toEqual(['Júlia Ferreira', 'Julian Noe']);
  expect(found('ferreira JÚLIA')).toEqual(['Júlia Ferreira']);
  expect(found(' no ')).toEqual(['Noah Okafor', 'Julian Noe']);
  expect(found('xyz')).toEqual([]);
  expect(found('  ')).toHaveLength(3);
});
