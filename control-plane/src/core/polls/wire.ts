import { type Poll, PollAction, PollStatus } from '@canopy/proto/polls';
import { AudienceGroup, type MeetingEvent } from '@canopy/proto/signal';
import { type PollActionName, type PollStatusName, pollStatuses, type StoredPoll, type Tally } from './poll.ts';

const wireStatuses = {
  prepared: PollStatus.PREPARED,
  open: PollStatus.OPEN,
  closed: PollStatus.CLOSED,
  shared: PollStatus.SHARED,
} as const satisfies Record<PollStatusName, PollStatus>;

const wireActions = {
  open: PollAction.OPEN,
  close: PollAction.CLOSE,
  share: PollAction.SHARE,
  delete: PollAction.DELETE,
} as const satisfies Record<PollActionName | 'delete', PollAction>;

const actionNames = Object.keys(wireActions) as (keyof typeof wireActions)[];

/** Undefined for one that is none. */
export function pollActionOfWire(action: PollAction): PollActionName | 'delete' | undefined {
  return actionNames.find((name) => wireActions[name] === action);
}

/** The reverse of what {@link pollToWire} does with a status. */
export function pollStatusOfWire(status: PollStatus): PollStatusName {
  return pollStatuses.find((name) => wireStatuses[name] === status) ?? 'closed';
}

/** A poll as it travels, with the results if whoever gets it may see them. */
export function pollToWire(
  { id, sequence, question, options, multiple, anonymous, status }: StoredPoll,
  tally: Tally | undefined,
  ownChoices: readonly number[] = [],
): Poll {
  return {
    id,
    sequence,
    question,
    options: [...options],
    multiple,
    anonymous,
    status: wireStatuses[status],
    ...(tally === undefined ? {} : { results: { pollId: id, ...tally } }),
    ownChoices: [...ownChoices],
  };
}

const managers = { group: AudienceGroup.MANAGERS, participantIds: [] };

/** What is told of what became of a poll: results to everybody only once they are shared. */
export function eventsOf(stored: StoredPoll): MeetingEvent[] {
  if (stored.status === 'prepared') return [{ poll: pollToWire(stored, undefined), audience: managers }];
  if (stored.status === 'shared') return [{ poll: pollToWire(stored, stored.results) }];
  const told = { poll: pollToWire(stored, undefined) };
  return stored.results === undefined ? [told] : [told, resultsEvent(stored.id, stored.results)];
}

/** What those are told who see results before all others. */
export function resultsEvent(pollId: string, tally: Tally): MeetingEvent {
  return { pollResults: { pollId, ...tally }, audience: managers };
}
