import { type Participant, Role } from '@canopy/client';

/** As people are looked for in a list: oneself, who leads the meeting, then everybody else by name. */
export function inOrder(people: Iterable<Participant>, selfId: string): Participant[] {
  const rank = ({ id, role }: Participant) =>
    id === selfId ? 0 : role === Role.HOST ? 1 : role === Role.COHOST ? 2 : 3;
  return [...people].sort((a, b) => rank(a) - rank(b) || byName.compare(a.name, b.name));
}

const byName = new Intl.Collator();

/** Those whose name has each of the words that were typed, in any case, with or without accents. */
export function named<T extends { readonly name: string }>(people: readonly T[], typed: string): readonly T[] {
  const words = plain(typed).split(/\s+/u).filter(Boolean);
  if (words.length === 0) return people;
  return people.filter(({ name }) => {
    const own = plain(name);
    return words.every((word) => own.includes(word));
  });
}

function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}
