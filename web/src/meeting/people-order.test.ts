import { type Participant, Role } from '@canopy/client';
import { expect, test } from 'vitest';
import { inOrder } from './people-order.ts';

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
