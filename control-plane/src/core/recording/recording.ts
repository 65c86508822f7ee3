import type { Composition } from './composition.ts';

export const recordingStatuses = ['running', 'paused', 'stopped'] as const;
export type RecordingStatus = (typeof recordingStatuses)[number];

/** One track, recorded without a break. Times are Unix ms. */
export interface RecordingPart {
  id: string;
  trackId: string;
  edgeId: string;
  kind: 'audio' | 'video';
  /** Whose it is; absent in recordings of an earlier version. */
  participantId?: string;
  /** It is a shared screen, or its sound. */
  screen: boolean;
  startedAt: number;
  writtenUntil: number;
  segments: number;
  bytes: number;
  running: boolean;
  errorCode?: string;
}

/** A recording as the database keeps it; its parts are its manifest. */
export interface Recording {
  id: string;
  meetingId: string;
  status: RecordingStatus;
  /** The higher the later, of all states of the recordings of a meeting. */
  revision: number;
  /** Up to here its meeting knows of it for certain. */
  toldRevision: number;
  /** Where it is recorded now. */
  edgeId: string | undefined;
  parts: readonly RecordingPart[];
  /** Why nothing could be recorded lately. */
  errorCode: string | undefined;
  startedAt: number;
  endedAt: number | undefined;
  /** Begins when it has ended. */
  composition: Composition;
}

/** A recording ends by itself after this. */
export const longestRecordingMs = 12 * 3_600_000;

/** The manifest after an edge told what it has: what it does not know of, because another edge wrote it, stays, and has ended. */
export function withParts(known: readonly RecordingPart[], told: readonly RecordingPart[]): RecordingPart[] {
  const news = new Map(told.map((part) => [part.id, part]));
  const others = known.filter(({ id }) => !news.has(id)).map((part) => ({ ...part, running: false }));
  return [...others, ...told].sort((a, b) => a.startedAt - b.startedAt);
}

/** The same after several edges told. Of a part its own edge knows best: others see of it what lies in the store. */
export function withWords(
  known: readonly RecordingPart[],
  words: ReadonlyMap<string, readonly RecordingPart[]>,
): RecordingPart[] {
  const told = [...words].flatMap(([edgeId, parts]) => parts.map((part) => ({ part, own: part.edgeId === edgeId })));
  told.sort((a, b) => Number(a.own) - Number(b.own) || a.part.writtenUntil - b.part.writtenUntil);
  return withParts(known, [...new Map(told.map(({ part }) => [part.id, part])).values()]);
}

/** Times between two parts of the same track in which it was not recorded. */
export function gapsOf(parts: readonly RecordingPart[]): { trackId: string; from: number; to: number }[] {
  const byTrack = Map.groupBy(parts, ({ trackId }) => trackId);
  return [...byTrack].flatMap(([trackId, own]) =>
    own.slice(1).flatMap((part, index) => {
      const from = own[index]?.writtenUntil ?? part.startedAt;
      return part.startedAt > from ? [{ trackId, from, to: part.startedAt }] : [];
    }),
  );
}
