import { BreakoutPhase, type Breakouts, type ManageBreakouts } from '@canopy/proto/breakouts';
import type { MeetingEvent } from '@canopy/proto/signal';
import type { Clock } from '@canopy/runtime/clock';
import { Emitter } from '@canopy/runtime/emitter';
import type { Ask, Feature } from '../feature.ts';

export interface BreakoutRoom {
  readonly id: string;
  readonly name: string;
}

/** Somebody of the meeting, as its hosts see it. */
export interface BreakoutPerson {
  readonly participantId: string;
  readonly name: string;
  /** Null: the main meeting. */
  readonly roomId: string | null;
  /** False while on the way there, or gone. */
  readonly present: boolean;
  readonly asksForHelp: boolean;
}

/** The breakout rooms of the meeting. Immutable. */
export interface BreakoutsView {
  /** `none` also while rooms are prepared, for those who are not hosts. */
  readonly phase: 'none' | 'prepared' | 'open';
  readonly rooms: readonly BreakoutRoom[];
  /** Everybody may choose a room. */
  readonly selfChosen: boolean;
  /** The room that this participant is in or on the way to; null: the main meeting. */
  readonly ownRoom: BreakoutRoom | null;
  /** When everybody is brought back, in ms of this client's clock; null: when a host says so. */
  readonly closesAt: number | null;
  /** Everybody who is there or has a room. Empty for those who are not hosts. */
  readonly people: readonly BreakoutPerson[];
}

export interface BreakoutChange {
  /** Everybody who has a room goes there. */
  open?: boolean;
  selfChosen?: boolean;
  /** Everybody is brought back after so long; 0: when a host says so. */
  closesInSeconds?: number;
}

export type BreakoutEvents = {
  changed: BreakoutsView;
  /** A host's words to all rooms: text as it was typed, never markup. `own`: said by this participant. */
  broadcast: { from: string; text: string; own: boolean };
};

const none: BreakoutsView = {
  phase: 'none',
  rooms: [],
  selfChosen: false,
  ownRoom: null,
  closesAt: null,
  people: [],
};

const phases: Partial<Record<BreakoutPhase, 'prepared' | 'open'>> = {
  [BreakoutPhase.PREPARED]: 'prepared',
  [BreakoutPhase.OPEN]: 'open',
};

/**
 * Breakout rooms, as this participant may see and use them. The server moves people: the meeting's view then shows the
 * room, over the connection there is. All methods reject with a `CanopyError`, such as FORBIDDEN for who is no host.
 */
export class MeetingBreakouts implements Feature {
  readonly events = new Emitter<BreakoutEvents>();
  readonly #request: Ask;
  readonly #clock: Clock;
  /** What this participant tells all rooms, until it comes here as well. */
  readonly #said = new Set<string>();
  #view = none;

  constructor(request: Ask, clock: Clock) {
    this.#request = request;
    this.#clock = clock;
  }

  get view(): BreakoutsView {
    return this.#view;
  }

  /** What the server told; it replaces what was known. */
  told({ phase, rooms, selfChosen, closesAt, now, ownRoomId, places }: Breakouts): void {
    const aheadMs = this.#clock.now() - now;
    this.#set({
      phase: phases[phase] ?? 'none',
      rooms,
      selfChosen,
      ownRoom: rooms.find(({ id }) => id === ownRoomId) ?? null,
      closesAt: closesAt === undefined ? null : closesAt + aheadMs,
      people: places.map(({ roomId, ...place }) => ({ ...place, roomId: roomId === '' ? null : roomId })),
    });
  }

  /** Nothing of what was told holds any more: that they ended is not told to who was away. */
  reset(): void {
    if (this.#view !== none) this.#set(none);
  }

  /** The server tells it apart from the meeting's state. */
  adopt(): void {}

  apply({ breakoutBroadcast }: MeetingEvent): void {
    if (breakoutBroadcast === undefined) return;
    const { fromName: from, text } = breakoutBroadcast;
    this.events.emit('broadcast', { from, text, own: this.#said.delete(text) });
  }

  /** Goes to a room, where that is allowed; null: back to the main meeting. */
  async choose(roomId: string | null): Promise<void> {
    await this.#request({ chooseBreakout: { roomId: roomId ?? '' } });
  }

  /** Asks the hosts to come to this room, or takes that back. */
  async askForHelp(wanted = true): Promise<void> {
    await this.#request({ askForHelp: { wanted } });
  }

  /** For hosts and cohosts, as everything below: makes rooms, at most 50. Nobody moves yet. Rejects with BREAKOUTS_EXIST. */
  create(names: readonly string[], options: { selfChosen?: boolean } = {}): Promise<void> {
    return this.#manage({ create: { names: [...names], selfChosen: options.selfChosen ?? false } });
  }

  /** Gives somebody a room; null: none. While rooms are open they go there at once. */
  assign(participantId: string, roomId: string | null): Promise<void> {
    return this.#manage({ assign: { assignments: [{ participantId, roomId: roomId ?? '' }] } });
  }

  /** Spreads everybody but hosts and cohosts over the rooms. The same seed does it the same way. */
  shuffle(seed?: number): Promise<void> {
    return this.#manage({ shuffle: { seed } });
  }

  change({ open = false, selfChosen, closesInSeconds }: BreakoutChange): Promise<void> {
    return this.#manage({ change: { open, selfChosen, closesInSeconds, rename: [] } });
  }

  rename(roomId: string, name: string): Promise<void> {
    return this.#manage({ change: { open: false, rename: [{ id: roomId, name }] } });
  }

  /** Tells everybody in all rooms something, at most 500 characters. */
  async broadcast(text: string): Promise<void> {
    this.#said.add(text);
    try {
      await this.#manage({ broadcast: { text } });
    } catch (error) {
      this.#said.delete(text);
      throw error;
    }
  }

  /** Everybody comes back. */
  close(): Promise<void> {
    return this.#manage({ close: {} });
  }

  #set(view: BreakoutsView): void {
    this.#view = view;
    this.events.emit('changed', view);
  }

  async #manage(manageBreakouts: ManageBreakouts): Promise<void> {
    await this.#request({ manageBreakouts });
  }
}
