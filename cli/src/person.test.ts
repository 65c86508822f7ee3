import { expect, test } from 'vitest';
import { personId } from './person.ts';

const person = (id: string, name: string, role: 'host' | 'attendee' = 'attendee') => ({
  id,
  name,
  role,
  edge: { id: 'fra-1', region: '' },
  connected: true,
});

const people = {
  participants: async () => ({
    participants: [person('1', 'Carol Dark', 'host')],
    attendeeCount: 3,
  }),
  attendees: async (_meetingId: string, cursor?: string) =>
    cursor === undefined
      ? { attendees: [person('2', 'Ben'), person('3', 'Dora')], nextCursor: 'more' }
      : { attendees: [person('4', 'ben')], nextCursor: null },
};

test('somebody is found by the name that only they have, on the stage or in the audience', async () => {
  expect(await personId(people, 'm', 'carol dark')).toBe('1');
  expect(await personId(people, 'm', 'Dora')).toBe('3');
});

test('a name that several have, or nobody, is refused, and says whose it may be', async () => {
  await expect(personId(people, 'm', 'Ben')).rejects.toMatchObject({
    code: 'BAD_REQUEST',
    message: expect.stringContaining('2, 4'),
  });
  await expect(personId(people, 'm', 'Eve')).rejects.toMatchObject({ code: 'PARTICIPANT_NOT_FOUND' });
});

test('an id is taken as it is', async () => {
  const id = '0b54e39c-2f4e-4d6a-9a3c-6f9b2f0d1e11';
  expect(await personId(people, 'm', id)).toBe(id);
  expect(await personId(people, 'm', '4')).toBe('4');
});
