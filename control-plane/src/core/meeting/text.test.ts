import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanText } from './text.ts';

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
