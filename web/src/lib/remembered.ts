import type { ReadMarks } from '@canopy/client';

/** Small things kept in this browser. Storage may be forbidden; then they are forgotten, and nothing else happens. */

const nameKey = 'canopy.name';
const hostedKey = 'canopy.hosted';
const languageKey = 'canopy.language';
const readKey = 'canopy.read';
const accountKey = 'canopy.account';

export function rememberedName(): string {
  return read(nameKey) ?? '';
}

export function rememberName(name: string): void {
  write(nameKey, name);
}

/** The language that was chosen here, if any was. */
export function rememberedLanguage(): string | undefined {
  return read(languageKey) ?? undefined;
}

export function rememberLanguage(language: string): void {
  write(languageKey, language);
}

/** The id of the account whose name and language were taken over here; '': nobody's. */
export function rememberedAccount(): string {
  return read(accountKey) ?? '';
}

export function rememberAccount(id: string): void {
  write(accountKey, id);
}

/** Whether the meeting was created in this browser. */
export function isHosted(meetingId: string): boolean {
  return hosted().includes(meetingId);
}

export function rememberHosted(meetingId: string): void {
  remember(hostedKey, [meetingId, ...hosted()].slice(0, 50));
}

/** Up to where chats and questions were read here, of the hundred that were read last. */
export const rememberedReadMarks: ReadMarks = {
  get: (key) => readMarks().get(key),
  set(key, sequence) {
    const others = [...readMarks()].filter(([known]) => known !== key);
    remember(readKey, [[key, sequence], ...others].slice(0, 100));
  },
};

function readMarks(): Map<string, number> {
  const value = readRemembered<unknown>(readKey, []);
  const marks = Array.isArray(value) ? value.filter(Array.isArray) : [];
  return new Map(marks.map(([id, sequence]) => [String(id), Number(sequence)]));
}

/** Something of a feature's own; what is not there, or not JSON, is `otherwise`. */
export function readRemembered<T>(key: string, otherwise: T): T {
  try {
    return JSON.parse(read(key) ?? 'null') ?? otherwise;
  } catch {
    return otherwise;
  }
}

export function remember(key: string, value: unknown): void {
  write(key, JSON.stringify(value));
}

function hosted(): string[] {
  const value = readRemembered<unknown>(hostedKey, []);
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function write(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch (error) {
    console.debug('canopy: nothing is remembered in this browser', error);
  }
}
