import { describe, expect, it } from 'vitest';
import { type Ban, isBanned, isFromBannedNetwork } from './bans.ts';

const bans: Ban[] = [
  { participantId: 'guest', userId: undefined, networkHash: 'office' },
  { participantId: 'known', userId: 'mallory', networkHash: 'home' },
  { participantId: 'of the version before', userId: undefined, networkHash: undefined },
];

describe('a ban', () => {
  it('is of the participant, and of the person as any other participant', () => {
    expect(isBanned(bans, { participantId: 'guest', userId: undefined })).toBe(true);
    expect(isBanned(bans, { participantId: 'another', userId: 'mallory' })).toBe(true);
    expect(isBanned(bans, { participantId: 'another', userId: 'ben' })).toBe(false);
    expect(isBanned(bans, { participantId: 'another', userId: undefined })).toBe(false);
  });

  it('casts doubt on whoever nobody knows who comes from the same network', () => {
    for (const networkHash of ['office', 'home']) {
      expect(isFromBannedNetwork(bans, { userId: undefined, networkHash })).toBe(true);
      expect(isFromBannedNetwork(bans, { userId: 'ben', networkHash })).toBe(false);
    }
    expect(isFromBannedNetwork(bans, { userId: undefined, networkHash: 'elsewhere' })).toBe(false);
    expect(isFromBannedNetwork(bans, { userId: undefined, networkHash: undefined })).toBe(false);
  });
});
