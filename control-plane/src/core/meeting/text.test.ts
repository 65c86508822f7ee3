import { countCharacters } from '@canopy/proto/conversation';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanLines, cleanText } from './text.ts';

describe('cleanText', () => {
  it('drops control characters, direction overrides and half characters', () => {
    expect(cleanText('\u0000A\u202Ed\u0007a\ud800', 20)).toBe('Ada');
  });

  it('keeps what people write: markup as text, emoji whole, scripts that join letters', () => {
    expect(cleanText(' <b>Ada</b>  Lovelace ', 40)).toBe('<b>Ada</b> Lovelace');
    expect(cleanText('👩‍👩‍👧 می‌خواهم', 40)).toBe('👩‍👩‍👧 می‌خواهم');
    expect(cleanText('👩‍👩‍👧👩‍👩‍👧', 1)).toBe('👩‍👩‍👧');
  });

  it('is bounded and free of control characters whatever comes in', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        const clean = cleanText(text, 16);
        expect(clean.length).toBeLessThanOrEqual(16 * 8 * 3);
        expect(clean).not.toMatch(/[\p{Cc}\p{Cs}]/u);
        expect(clean.trim()).toBe(clean);
      }),
    );
  });
});

describe('cleanLines', () => {
  it('keeps lines, and drops what nobody sees', () => {
    expect(cleanLines(' one  two \r\n\n\n\nthree\u202E\u0000 ', 40)).toBe('one two\n\nthree');
    expect(cleanLines(' \n\t ', 40)).toBe('');
  });

  it('counts what whoever writes it is told, whatever they write', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.string({ unit: 'binary' }),
      fc.constant('👩‍👩‍👧‍👦'.repeat(9)),
    );
    fc.assert(
      fc.property(texts, fc.integer({ min: 1, max: 12 }), (text, longest) => {
        if (countCharacters(text.trim()) <= longest) expect(cleanLines(text, longest)).toBeDefined();
      }),
    );
    expect(countCharacters('e\u0301 👍🏽')).toBe(3);
    // Eleven code units are more than one character.
    expect(cleanLines('👩‍👩‍👧‍👦'.repeat(8), 8)).toBeUndefined();
    expect(cleanLines('👩‍👩‍👧‍👦'.repeat(8), 11)).toBeDefined();
  });

  it('refuses what is longer than it may be, instead of cutting it', () => {
    expect(cleanLines('👩‍👩‍👧👩‍👩‍👧', 2)).toBe('👩‍👩‍👧👩‍👩‍👧');
    expect(cleanLines('abc', 2)).toBeUndefined();
    expect(cleanLines(`a${'\u0301'.repeat(100)}`, 2)).toBeUndefined();
  });
});
