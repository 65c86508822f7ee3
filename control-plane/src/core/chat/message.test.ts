import { AudienceGroup } from '@canopy/proto/signal';
import { describe, expect, it } from 'vitest';
import { isToldOf } from '../access/audience.ts';
import { roleNames } from '../meeting/roles.ts';
import { chatScopes, isVisibleTo } from './message.ts';
import { audienceOf } from './wire.ts';

const readers = ['ann', 'ben', 'cem'].flatMap((participantId) => roleNames.map((role) => ({ participantId, role })));
const messages = chatScopes.map((scope) => ({
  scope,
  senderId: 'ann',
  recipient: scope === 'direct' ? { id: 'ben', name: 'Ben' } : undefined,
}));
const [everyone, stage, direct] = messages as [(typeof messages)[0], (typeof messages)[0], (typeof messages)[0]];

describe('a message', () => {
  it('is told to exactly those who can read it later', () => {
    for (const message of messages) {
      for (const reader of readers) {
        expect(isToldOf({ audience: audienceOf(message) }, reader, 'webinar')).toBe(isVisibleTo(message, reader));
      }
    }
  });

  it('to one participant is seen by those two alone, not even by a host or the owner', () => {
    expect(readers.filter((reader) => isVisibleTo(direct, reader)).map(({ participantId }) => participantId)).toEqual([
      ...roleNames.map(() => 'ann'),
      ...roleNames.map(() => 'ben'),
    ]);
    expect(isVisibleTo(direct, 'owner')).toBe(false);
  });

  it('to the stage is seen by the stage, its author and the owner', () => {
    expect(isVisibleTo(stage, { participantId: 'cem', role: 'panelist' })).toBe(true);
    expect(isVisibleTo(stage, { participantId: 'cem', role: 'attendee' })).toBe(false);
    expect(isVisibleTo(stage, { participantId: 'ann', role: 'attendee' })).toBe(true);
    expect(isVisibleTo(stage, 'owner')).toBe(true);
  });

  it('to everybody needs no audience', () => {
    expect(audienceOf(everyone)).toBeUndefined();
    expect(audienceOf(stage)?.group).toBe(AudienceGroup.STAGE);
  });
});
