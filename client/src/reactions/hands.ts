import type { RaisedHand } from '@canopy/proto/reactions';
import type { MeetingEvent, MeetingSnapshot, Participant } from '@canopy/proto/signal';
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

  /** One's own, or as a host or cohost that of somebody else. Rejects with FORBIDDEN, PARTICIPANT_NOT_FOUND. */
  async lower(participantId = ''): Promise<void> {
    await this.#ask({ lowerHand: { participantId } });
  }

  adopt({ hands }: MeetingSnapshot): void {
    this.#set(hands);
  }

  apply({ handRaised, handLowered, participantUpdated }: MeetingEvent): void {
    if (participantUpdated !== undefined) this.#rename(participantUpdated);
    if (handRaised !== undefined) this.#set([...this.#raised, handRaised]);
    if (handLowered !== undefined)
      this.#set(this.#raised.filter(({ participantId }) => participantId !== handLowered.participantId));
  }

  #rename({ id, name }: Participant): void {
    const isOld = (hand: RaisedHand) => hand.participantId === id && hand.name !== name;
    if (this.#raised.some(isOld)) this.#set(this.#raised.map((hand) => (isOld(hand) ? { ...hand, name } : hand)));
  }

  #set(raised: readonly RaisedHand[]): void {
    this.#raised = raised;
    this.events.emit('changed', raised);
  }
}
