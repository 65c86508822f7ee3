import type { MeetingEvent, MeetingSnapshot } from '@canopy/proto/signal';
import type { Clock } from '@canopy/runtime/clock';
import { MeetingBreakouts } from './breakouts/meeting-breakouts.ts';
import { Chat } from './chat/chat.ts';
import type { Ask, Feature } from './feature.ts';
import { Moderation } from './moderation/moderation.ts';
import { Polls } from './polls/polls.ts';
import { Questions } from './questions/questions.ts';
import { Hands } from './reactions/hands.ts';
import { Reactions } from './reactions/reactions.ts';
import { MeetingRecording } from './recording/meeting-recording.ts';
import type { ReadMarks } from './unread.ts';

export interface MeetingFeaturesDeps {
  ask: Ask;
  clock: Clock;
  /** This participant. */
  participantId: string;
  readMarks: ReadMarks;
}

/** All the features of a meeting, which follow it together. */
export class MeetingFeatures implements Feature {
  readonly moderation: Moderation;
  readonly chat: Chat;
  readonly questions: Questions;
  readonly polls: Polls;
  readonly hands: Hands;
  readonly reactions: Reactions;
  readonly breakouts: MeetingBreakouts;
  readonly recording: MeetingRecording;
  readonly #all: readonly Feature[];

  constructor({ ask, clock, participantId, readMarks }: MeetingFeaturesDeps) {
    this.moderation = new Moderation(ask);
    this.chat = new Chat(ask, participantId, readMarks);
    this.questions = new Questions(ask, readMarks);
    this.polls = new Polls(ask);
    this.hands = new Hands(ask);
    this.reactions = new Reactions(ask);
    this.breakouts = new MeetingBreakouts(ask, clock);
    this.recording = new MeetingRecording(ask);
    this.#all = [
      this.moderation,
      this.chat,
      this.questions,
      this.polls,
      this.hands,
      this.reactions,
      this.breakouts,
      this.recording,
    ];
  }

  adopt(snapshot: MeetingSnapshot): void {
    for (const feature of this.#all) feature.adopt(snapshot);
  }

  apply(event: MeetingEvent, live: boolean): void {
    for (const feature of this.#all) feature.apply(event, live);
  }

  /** The session goes on: what was being loaded when the connection was lost is loaded now. */
  resumed(): void {
    for (const loaded of [this.moderation, this.chat, this.questions, this.polls]) loaded.resumed();
  }
}
