import type { PlacementDecision } from '../../core/placement/types.ts';
import type { ClientOrigin, Placing } from './placing.ts';

/** A meeting like any other, that nobody is in yet. */
const anyMeeting = { title: '', mode: 'meeting', settings: {}, revision: 0 } as const;

/** Where somebody would be placed who is the first in a meeting. Every edge may be rejected: then the decision names none. */
export function foresee(placing: Pick<Placing, 'choose'>, client: ClientOrigin): PlacementDecision {
  return placing.choose(client, anyMeeting, { participants: new Map(), originIds: [] }, undefined);
}
