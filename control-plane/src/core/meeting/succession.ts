import { type Participant, Role } from '@canopy/proto/signal';

/** Whether nobody else is host. */
export function isLastHost(participants: readonly Participant[], participantId: string): boolean {
  return !participants.some(({ id, role }) => role === Role.HOST && id !== participantId);
}

/** Who becomes host when no host is left: the cohost who came first, rather one who is connected. Undefined: there is a host, or no cohost. */
export function successorOf<Somebody extends Participant>(participants: readonly Somebody[]): Somebody | undefined {
  if (participants.some(({ role }) => role === Role.HOST)) return undefined;
  const cohosts = participants.filter(({ role }) => role === Role.COHOST);
  return cohosts.find(({ connected }) => connected) ?? cohosts[0];
}
