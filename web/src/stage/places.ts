import { type Participant, Role } from '@canopy/client';

/** Who gets a place by how they speak, and how many of them the first page holds. */
export interface Places {
  /** Participant ids, in the order they joined. */
  present: string[];
  slots: number;
}

export interface PlacesOptions {
  participants: ReadonlyMap<string, Pick<Participant, 'id' | 'role'>>;
  selfId: string;
  showSelf: boolean;
  perPage: number;
}

/** Everybody on stage but oneself: one's own tile stands on the first page whoever speaks, where it takes a place from the others. */
export function placesOf({ participants, selfId, showSelf, perPage }: PlacesOptions): Places {
  const onStage = [...participants.values()].filter(({ role }) => role !== Role.ATTENDEE).map(({ id }) => id);
  const present = onStage.filter((id) => id !== selfId);
  const own = showSelf ? onStage.length - present.length : 0;
  return { present, slots: Math.max(1, perPage - own) };
}
