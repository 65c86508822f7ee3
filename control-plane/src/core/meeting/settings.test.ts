import { describe, expect, it } from 'vitest';
import { meetingSettings } from './settings.ts';

const accepts = (settings: unknown) => meetingSettings.safeParse(settings).success;

describe('meeting settings', () => {
  it('keep what other versions and applications put there', () => {
    expect(meetingSettings.parse({ waitingRoom: true })).toEqual({ waitingRoom: true });
  });

  it('take nothing unknown within one of ours', () => {
    expect(accepts({ routing: { maxDepth: 2 }, registration: {} })).toBe(true);
    expect(accepts({ routing: { depth: 2 } })).toBe(false);
    expect(accepts({ registration: { most: 2 } })).toBe(false);
  });

  it('refuse text that the database can not keep, and only that', () => {
    expect(accepts({ text: 'a\u0000b' })).toBe(false);
    expect(accepts({ text: '\ud800' })).toBe(false);
    expect(accepts({ text: 'a \\u0000 written out' })).toBe(true);
    expect(accepts({ text: '😀' })).toBe(true);
  });

  it('refuse fixed parents that feed themselves', () => {
    expect(accepts({ routing: { via: { a: 'b', b: 'c' } } })).toBe(true);
    expect(accepts({ routing: { via: { a: 'b', b: 'a' } } })).toBe(false);
    expect(accepts({ routing: { via: { a: 'a' } } })).toBe(false);
  });

  it('refuse more than 16 KiB', () => {
    expect(accepts({ text: 'x'.repeat(17_000) })).toBe(false);
  });
});
