import i18next from 'i18next';
import { regional } from '../i18n/regional.ts';

/** As numbers are written in the language of the app. */
function number(value: number, options: Intl.NumberFormatOptions = { maximumFractionDigits: 0 }): string {
  return new Intl.NumberFormat(i18next.language ?? 'en', options).format(value);
}

const oneDigit = { minimumFractionDigits: 1, maximumFractionDigits: 1 };

/** bit/s in a unit that suits it. */
export function bitrate(bps: number): string {
  if (bps >= 1e9) return `${number(bps / 1e9, oneDigit)} Gbit/s`;
  if (bps >= 1e6) return `${number(bps / 1e6, oneDigit)} Mbit/s`;
  return `${number(bps / 1e3)} kbit/s`;
}

export function percent(share: number): string {
  return number(share, { style: 'percent', maximumFractionDigits: 0 });
}

/** To a tenth where it is little. */
export function milliseconds(ms: number): string {
  return `${number(ms, { maximumFractionDigits: ms < 10 ? 1 : 0 })} ms`;
}

/** To a tenth, for what is to be added up. */
export function tenthsOfMilliseconds(ms: number): string {
  return `${number(ms, oneDigit)} ms`;
}

/** The time of something, with its date if that is not today's. */
export function timeOf(at: Date, now: Date): string {
  const today = at.toDateString() === now.toDateString();
  return new Intl.DateTimeFormat(regional(i18next.language ?? 'en'), {
    timeStyle: 'medium',
    ...(!today && { dateStyle: 'short' }),
  }).format(at);
}

/** When something takes place, with the time zone: whoever reads it may be in another one than who planned it. */
export function inFull(at: number | string): string {
  return new Intl.DateTimeFormat(regional(i18next.language ?? 'en'), {
    weekday: 'long',
    year: 'numeric',
    month: 'long',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    timeZoneName: 'short',
  }).format(new Date(at));
}

/** Up to two letters to stand for a person without a picture. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return letters.map((word) => String.fromCodePoint(word?.codePointAt(0) ?? 63).toUpperCase()).join('');
}

/** A hue that stays the same for the same person, in degrees. */
export function hueOf(name: string): number {
  let hash = 0;
  for (const character of name) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 360;
  return hash;
}

/** A name for people: the title, and where there is none the beginning of the id. */
export function meetingName(titles: ReadonlyMap<string, string> | undefined, id: string): string {
  return titles?.get(id) || id.slice(0, 8);
}
