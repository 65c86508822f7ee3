import type { Joined, Role, Track } from '@canopy/proto/signal';
import type { Clock } from '@canopy/runtime/clock';
import { Emitter } from '@canopy/runtime/emitter';
import { identityOf, type MeetingView, namedIn, type ShownOnJoin, shownOf, viewOnJoin } from './meeting-view.ts';
import {
  fromSnapshot,
  type MeetingState,
  snapshotOf,
  withAttendeeCount,
  withAttendeeName,
  withAttendeeNews,
} from './state/meeting-state.ts';

type MeetingModelEvents = {
  /** Anything in the view changed. */
  changed: MeetingView;
  /** Ids of tracks that are no more; the view still shows them. */
  tracksGone: readonly string[];
  /** The view shows other tracks, or what changed of them. */
  tracksChanged: ReadonlyMap<string, Track>;
};

const attendeeUpdatePeriodMs = 200;

/**
 * What is known of the meeting, and what is shown of it: the state follows each event at once, and the view follows the state.
 * While another meeting is being entered, its state is followed beside, and the view stays in the one that is left.
 */
export class MeetingModel {
  readonly events = new Emitter<MeetingModelEvents>();
  readonly #clock: Clock;
  #state: MeetingState;
  #view: MeetingView;
  /** The meeting this participant has been taken to, shown as soon as media flows there. */
  #arriving: { readonly joined: Joined; state: MeetingState } | undefined;
  #cancelAttendeeUpdate: (() => void) | undefined;

  constructor(joined: Joined, shown: ShownOnJoin, clock: Clock) {
    this.#clock = clock;
    this.#state = fromSnapshot(snapshotOf(joined));
    this.#view = viewOnJoin(this.#state, joined, shown);
  }

  get view(): MeetingView {
    return this.#view;
  }

  /** Of the meeting that is shown. */
  get state(): MeetingState {
    return this.#state;
  }

  /** The answer of the meeting that is being entered, if one is. */
  get arriving(): Joined | undefined {
    return this.#arriving?.joined;
  }

  /** Of the meeting that is being entered, if one is, else of the one that is shown: the one that events are of. */
  get latestState(): MeetingState {
    return this.#arriving?.state ?? this.#state;
  }

  /** What this participant is in that meeting. */
  get latestRole(): Role {
    return this.#arriving?.joined.role ?? this.#view.self.role;
  }

  /** What this participant publishes, as the server knows it. */
  get ownTracks(): Track[] {
    const { participantId } = this.#view.self;
    return [...this.#state.tracks.values()].filter((track) => track.participantId === participantId);
  }

  update(change: Partial<MeetingView>): void {
    this.#view = { ...this.#view, ...change };
    this.events.emit('changed', this.#view);
  }

  updateSelf(change: Partial<MeetingView['self']>): void {
    this.update({ self: { ...this.#view.self, ...change } });
  }

  /** Takes {@link latestState} to what it is after an event. Attendees may come by the hundred: the view follows them a few times a second. */
  follow(state: MeetingState, ofAttendee: boolean): void {
    if (this.#arriving !== undefined) this.#arriving.state = state;
    else if (ofAttendee) this.#showSoon(state);
    else this.adopt(state);
  }

  /** Shows the state at once. */
  adopt(state: MeetingState): void {
    if (state === this.#state) return;
    const { tracks } = this.#state;
    const gone = [...tracks.keys()].filter((trackId) => !state.tracks.has(trackId));
    this.#state = withAttendeeNews(state);
    if (gone.length > 0) this.events.emit('tracksGone', gone);
    this.#show();
    if (state.tracks !== tracks) this.events.emit('tracksChanged', state.tracks);
  }

  /** Numbers that no event tells. */
  told({ attendeeCount, ...numbers }: Partial<Pick<MeetingState, 'attendeeCount' | 'reception'>>): void {
    const state = { ...this.#state, ...numbers };
    this.adopt(attendeeCount === undefined ? state : withAttendeeCount(state, attendeeCount));
  }

  /** What others know this participant by, whatever was missed. */
  named(name: string): void {
    this.#state = withAttendeeName(this.#state, this.#view.self.participantId, name);
    this.update({ self: namedIn(this.#state, { ...this.#view.self, name }) });
  }

  /** The same meeting in a new session: nothing of before is left, and no media flows yet. */
  rejoined(joined: Joined): void {
    this.#arriving = undefined;
    this.#state = fromSnapshot(snapshotOf(joined));
    this.update({
      ...shownOf(this.#state, joined.role),
      arriving: null,
      media: 'connecting',
      self: namedIn(this.#state, { ...this.#view.self, ...identityOf(joined) }),
    });
  }

  /** Another meeting is being entered, until {@link arrive}. */
  depart(joined: Joined): void {
    const state = fromSnapshot(snapshotOf(joined));
    this.#arriving = { joined, state };
    const { meetingId, title } = state;
    this.update({ arriving: { meetingId, title } });
  }

  /** Shows the meeting that is being entered. Returns whether one was. */
  arrive(): boolean {
    if (this.#arriving === undefined) return false;
    const { joined, state } = this.#arriving;
    this.#arriving = undefined;
    this.#view = { ...this.#view, arriving: null, self: { ...this.#view.self, ...identityOf(joined) } };
    this.adopt(state);
    return true;
  }

  close(): void {
    this.#cancelAttendeeUpdate?.();
  }

  #show(): void {
    const { self } = this.#view;
    this.update({ ...shownOf(this.#state, self.role), self: namedIn(this.#state, self) });
  }

  #showSoon(state: MeetingState): void {
    this.#state = state;
    this.#cancelAttendeeUpdate ??= this.#clock.after(attendeeUpdatePeriodMs, () => {
      this.#cancelAttendeeUpdate = undefined;
      this.#state = withAttendeeNews(this.#state);
      this.#show();
    });
  }
}
