import { LobbyMode, type MeetingRules } from '@canopy/proto/moderation';
import { QuestionMode } from '@canopy/proto/questions';
import { type QuestionSetting, questionSettings } from '../questions/question.ts';
import { isEncrypted } from './encryption.ts';
import type { MeetingProfile } from './meeting.ts';
import { mostParticipants } from './state.ts';

/** Who waits at the door until a host or cohost lets them in. */
export const lobbyModes = ['off', 'guests', 'everyone-but-hosts'] as const;
export type LobbyModeName = (typeof lobbyModes)[number];

/** The largest audience a webinar may be given. */
export const mostCapacity = 100_000;

/** What hosts and cohosts may change while a meeting runs; kept among its settings. */
export interface RuleChange {
  locked?: boolean | undefined;
  lobby?: LobbyModeName | undefined;
  mayUnmute?: boolean | undefined;
  backstage?: boolean | undefined;
  questions?: QuestionSetting | undefined;
  anonymousQuestions?: boolean | undefined;
}

const wireModes = {
  off: LobbyMode.OFF,
  guests: LobbyMode.GUESTS,
  'everyone-but-hosts': LobbyMode.EVERYONE_BUT_HOSTS,
} as const satisfies Record<LobbyModeName, LobbyMode>;

/** The reverse of what {@link rulesOf} does with a lobby; undefined for one that is unknown. */
export function lobbyOfWire(mode: LobbyMode): LobbyModeName | undefined {
  return lobbyModes.find((name) => wireModes[name] === mode);
}

const wireQuestionModes = {
  everyone: QuestionMode.EVERYONE,
  answered: QuestionMode.ANSWERED,
  off: QuestionMode.OFF,
} as const satisfies Record<QuestionSetting, QuestionMode>;

/** Undefined for a mode that is unknown. */
export function questionSettingOfWire(mode: QuestionMode): QuestionSetting | undefined {
  return questionSettings.find((name) => wireQuestionModes[name] === mode);
}

/** The rules of a meeting as everybody in it is told them. */
export function rulesOf({ mode, settings }: Pick<MeetingProfile, 'mode' | 'settings'>): MeetingRules {
  return {
    locked: settings.locked === true,
    lobby: wireModes[settings.lobby ?? 'off'],
    mayUnmute: settings.mayUnmute !== false,
    backstage: mode === 'webinar' && settings.backstage === true,
    capacity: settings.capacity ?? 0,
    questions: wireQuestionModes[settings.questions ?? 'everyone'],
    anonymousQuestions: settings.anonymousQuestions === true,
    endToEndEncrypted: isEncrypted({ settings }),
  };
}

/** How many may be in a meeting at most: what it was given, within what a meeting of its kind can hold. */
export function capacityOf({ mode, settings }: Pick<MeetingProfile, 'mode' | 'settings'>): number {
  const most = mode === 'webinar' ? mostCapacity : mostParticipants;
  return Math.min(settings.capacity ?? most, most);
}
