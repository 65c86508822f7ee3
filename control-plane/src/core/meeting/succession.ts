import { type Participant, Role } from '@canopy/proto/signal';

/**
 * Whether nobody would be host without this participant who can act as one now: who is there, with more than a publisher by
 * WHIP. Who asks is there, whether or not their socket is.
 */
export function isLastHost(participants: readonly Participant[], participantId: string, askerId: string): boolean {
  const acts = ({ id, connected, bare }: Participant) => id === askerId || (connected && bare !== true);
  return !participants.some((one) => one.role === Role.HOST && one.id !== participantId && acts(one));
}

/** Who becomes host when no host is left: the cohost who came first, rather one who is connected. Undefined: there is a host, or no cohost. */
export function successorOf<Somebody extends Participant>(participants: readonly Somebody[]): Somebody | undefined {
  if (participants.some(({ role }) => role === Role.HOST)) return undefined;
  const cohosts = participants.filter(({ role }) => role === Role.COHOST);
  return cohosts.find(({ connected }) => connected) ?? cohosts[0];
}
