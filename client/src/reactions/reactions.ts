import type { StageEmoji } from '@canopy/proto/conversation';
import type { Reactions as ReactionsMessage } from '@canopy/proto/reactions';
import type { MeetingEvent } from '@canopy/proto/signal';
import { Emitter } from '@canopy/runtime/emitter';
import type { Ask, Feature } from '../feature.ts';

export type ReactionsEvents = {
  /** Of one participant, or with an empty id of an audience, counted. */
  reacted: ReactionsMessage;
};

/** Emojis over the stage: of the moment, and kept nowhere. */
export class Reactions implements Feature {
  readonly events = new Emitter<ReactionsEvents>();
  readonly #ask: Ask;

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  /** Rejects with RATE_LIMITED. */
  async send(emoji: StageEmoji): Promise<void> {
    await this.#ask({ react: { emoji } });
  }

  adopt(): void {}

  apply({ reactions }: MeetingEvent, live: boolean): void {
    if (reactions !== undefined && live) this.events.emit('reacted', reactions);
  }
}
