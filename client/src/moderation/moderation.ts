import {
  LobbyMode,
  type MeetingRules,
  Moderation as ModerationKind,
  type WaitingPerson,
} from '@canopy/proto/moderation';
import { QuestionMode } from '@canopy/proto/questions';
import type { MeetingEvent, MeetingSnapshot } from '@canopy/proto/signal';
import { Emitter } from '@canopy/runtime/emitter';
import { CanopyError } from '@canopy/runtime/errors';
import type { Ask, Feature } from '../feature.ts';
import { type RoleName, toWireRole } from '../roles.ts';
import { WantedLoad } from '../wanted-load.ts';

/** What hosts and cohosts may do to others. */
export type ModerationName = 'mute' | 'ask-to-unmute' | 'stop-camera' | 'stop-screen' | 'remove' | 'ban';

export type LobbyModeName = 'off' | 'guests' | 'everyone-but-hosts';

/** Whether questions are taken, and whether attendees see those without an answer. */
export type QuestionModeName = 'everyone' | 'answered' | 'off';

/** What everybody in a meeting goes by. */
export interface Rules {
  /** Nobody new comes in but hosts. */
  readonly locked: boolean;
  readonly lobby: LobbyModeName;
  /** False: only hosts and cohosts unmute themselves, and who was asked to. */
  readonly mayUnmute: boolean;
  /** A webinar that is not live yet: its audience waits. */
  readonly backstage: boolean;
  /** How many may be in the meeting; null when it has no limit of its own. */
  readonly capacity: number | null;
  readonly questions: QuestionModeName;
  /** Questions may be asked without a name. */
  readonly anonymousQuestions: boolean;
}

/** Immutable: a change makes a new one. */
export interface ModerationView {
  readonly rules: Rules;
  /** Who waits at the door, those first who came first; from a breakout room that of the main meeting. Known to hosts and cohosts once they called `loadWaiting`. */
  readonly waiting: readonly WaitingPerson[];
}

export type ModerationEvents = {
  changed: ModerationView;
  /** A host or cohost did this to this participant: it is muted, its camera or screen is stopped, or it is asked to unmute. All but the last has been done here as well. */
  moderated: { what: ModerationName; byName: string };
};

const wireNames = {
  mute: ModerationKind.MUTE,
  'ask-to-unmute': ModerationKind.ASK_TO_UNMUTE,
  'stop-camera': ModerationKind.STOP_CAMERA,
  'stop-screen': ModerationKind.STOP_SCREEN,
  remove: ModerationKind.REMOVE,
  ban: ModerationKind.BAN,
} as const satisfies Record<ModerationName, ModerationKind>;

const wireModes = {
  off: LobbyMode.OFF,
  guests: LobbyMode.GUESTS,
  'everyone-but-hosts': LobbyMode.EVERYONE_BUT_HOSTS,
} as const satisfies Record<LobbyModeName, LobbyMode>;

const wireQuestionModes = {
  everyone: QuestionMode.EVERYONE,
  answered: QuestionMode.ANSWERED,
  off: QuestionMode.OFF,
} as const satisfies Record<QuestionModeName, QuestionMode>;

const openRules: Rules = {
  locked: false,
  lobby: 'off',
  mayUnmute: true,
  backstage: false,
  capacity: null,
  questions: 'everyone',
  anonymousQuestions: false,
};

/** Order in a meeting: its rules, who waits at its door, and what hosts and cohosts do. The server decides who may; what is refused rejects with FORBIDDEN. */
export class Moderation implements Feature {
  readonly events = new Emitter<ModerationEvents>();
  readonly #request: Ask;
  readonly #list = new WantedLoad('people who wait', () => this.#load());
  #view: ModerationView = { rules: openRules, waiting: [] };
  #meetingId: string | undefined;
  /** Who came or went while the list is under way, which may not know it. */
  #news: Set<string> | undefined;

  constructor(request: Ask) {
    this.#request = request;
  }

  get view(): ModerationView {
    return this.#view;
  }

  /** What was missed is not brought as events: reads anew who waits, once that was asked for. */
  adopt({ meetingId, rules }: MeetingSnapshot): void {
    if (meetingId !== this.#meetingId) this.#change({ waiting: [] });
    this.#meetingId = meetingId;
    this.#follow(rules);
    this.#list.loadAnew();
  }

  /** The connection is back: what could not be read without it is read now. */
  resumed(): void {
    this.#list.resumed();
  }

  apply({ meetingUpdated, moderated, waitingJoined, waitingLeft, participantJoined }: MeetingEvent): void {
    this.#follow(meetingUpdated?.rules);
    if (waitingJoined !== undefined)
      this.#change({ waiting: [...this.#without(waitingJoined.participantId), waitingJoined] });
    // Where the door stands open nobody is let in: they come.
    const inside = waitingLeft?.participantId ?? participantJoined?.id;
    const moved = waitingJoined?.participantId ?? inside;
    if (moved !== undefined) this.#news?.add(moved);
    if (this.#view.waiting.some(({ participantId }) => participantId === inside))
      this.#change({ waiting: this.#without(inside) });
    const what = names.find((name) => wireNames[name] === moderated?.moderation);
    if (what !== undefined) this.events.emit('moderated', { what, byName: moderated?.byName ?? '' });
  }

  async moderate(participantId: string, what: ModerationName): Promise<void> {
    await this.#request({ moderate: { participantId, moderation: wireNames[what] } });
  }

  /** Mutes everybody but hosts. */
  async muteAll(mayUnmute: boolean): Promise<void> {
    await this.#request({ muteAll: { mayUnmute } });
  }

  /** Only what is given changes. */
  async changeRules({ lobby, questions, ...change }: Partial<Omit<Rules, 'capacity'>>): Promise<void> {
    await this.#request({
      changeRules: {
        ...change,
        lobby: lobby && wireModes[lobby],
        questions: questions && wireQuestionModes[questions],
      },
    });
  }

  /** Brings somebody onto the stage or back to the audience, or makes them host or cohost: nobody's media is interrupted by it. */
  async changeRole(participantId: string, role: RoleName): Promise<void> {
    await this.#request({ changeRole: { participantId, role: toWireRole(role) } });
  }

  /** Gives oneself another name, or whom one may moderate. Everybody sees it; what was said before keeps the name it was said under. It stays when this client joins again by itself. Rejects with FORBIDDEN, PARTICIPANT_NOT_FOUND. */
  async rename(participantId: string, name: string): Promise<void> {
    await this.#request({ rename: { participantId, name } });
  }

  /** Makes somebody else host; this participant becomes a cohost. */
  async transferHost(participantId: string): Promise<void> {
    await this.#request({ transferHost: { participantId } });
  }

  /** Ends the meeting for everybody. */
  async end(): Promise<void> {
    await this.#request({ endMeeting: {} });
  }

  /** Reads who waits; from then on the view follows, in every meeting that this one leads to. */
  loadWaiting(): Promise<void> {
    return this.#list.load();
  }

  /** Lets in one person, or everybody. */
  async admit(who: string): Promise<void> {
    await this.#request({ admit: { participantIds: who === 'everybody' ? [] : [who] } });
  }

  async deny(participantId: string): Promise<void> {
    await this.#request({ deny: { participantId } });
  }

  /** A line for those who wait. */
  async tellWaiting(text: string): Promise<void> {
    await this.#request({ tellWaiting: { text } });
  }

  async #load(): Promise<void> {
    const meetingId = this.#meetingId;
    const news = new Set<string>();
    this.#news = news;
    try {
      const { waitingList } = await this.#request({ listWaiting: {} });
      if (waitingList === undefined) throw new CanopyError('MALFORMED_MESSAGE');
      if (this.#news !== news || this.#meetingId !== meetingId) return;
      const isNews = ({ participantId }: WaitingPerson) => news.has(participantId);
      const listed = waitingList.people.filter((person) => !isNews(person));
      this.#change({ waiting: [...listed, ...this.#view.waiting.filter(isNews)] });
    } finally {
      if (this.#news === news) this.#news = undefined;
    }
  }

  #without(participantId: string | undefined): WaitingPerson[] {
    return this.#view.waiting.filter((person) => person.participantId !== participantId);
  }

  #follow(rules: MeetingRules | undefined): void {
    if (rules !== undefined) this.#change({ rules: fromWire(rules) });
  }

  #change(change: Partial<ModerationView>): void {
    this.#view = { ...this.#view, ...change };
    this.events.emit('changed', this.#view);
  }
}

const names = Object.keys(wireNames) as ModerationName[];

function fromWire({ lobby, capacity, questions, ...rules }: MeetingRules): Rules {
  const modes = Object.keys(wireModes) as LobbyModeName[];
  const questionModes = Object.keys(wireQuestionModes) as QuestionModeName[];
  return {
    ...rules,
    lobby: modes.find((mode) => wireModes[mode] === lobby) ?? 'off',
    capacity: capacity === 0 ? null : capacity,
    questions: questionModes.find((mode) => wireQuestionModes[mode] === questions) ?? 'everyone',
  };
}
