import type { RaisedHand } from '@canopy/proto/reactions';
import type { MeetingEvent, MeetingSnapshot } from '@canopy/proto/signal';
import { Emitter } from '@canopy/runtime/emitter';
import type { Ask, Feature } from '../feature.ts';

export type HandsEvents = {
  changed: readonly RaisedHand[];
};

/** Who wants to speak. Attendees of a webinar see only their own hand. */
export class Hands implements Feature {
  readonly events = new Emitter<HandsEvents>();
  readonly #ask: Ask;
  #raised: readonly RaisedHand[] = [];

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  /** Those first who raised theirs first. Immutable. */
  get raised(): readonly RaisedHand[] {
    return this.#raised;
  }

  /** Stays up until it is lowered, over lost connections too. */
  async raise(): Promise<void> {
    await this.#ask({ raiseHand: {} });
  }

  /** One's own, or as a host or cohost that of somebody else. Rejects with FORBIDDEN. */
  async lower(participantId = ''): Promise<void> {
    await this.#ask({ lowerHand: { participantId } });
  }

  adopt({ hands }: MeetingSnapshot): void {
    this.#set(hands);
  }

  apply({ handRaised, handLowered }: MeetingEvent): void {
    if (handRaised !== undefined) this.#set([...this.#raised, handRaised]);
    if (handLowered !== undefined)
      this.#set(this.#raised.filter(({ participantId }) => participantId !== handLowered.participantId));
  }

  #set(raised: readonly RaisedHand[]): void {
    this.#raised = raised;
    this.events.emit('changed', raised);
  }
}
