import { type Participant, Role } from '@canopy/client';

/** As people are looked for in a list: oneself, who leads the meeting, then everybody else by name. */
export function inOrder(people: Iterable<Participant>, selfId: string): Participant[] {
  const rank = ({ id, role }: Participant) =>
    id === selfId ? 0 : role === Role.HOST ? 1 : role === Role.COHOST ? 2 : 3;
  return [...people].sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
}
