import type { PollResults } from '@canopy/proto/polls';
import { CanopyError } from '@canopy/runtime/errors';

export const pollStatuses = ['prepared', 'open', 'closed', 'shared'] as const;
export type PollStatusName = (typeof pollStatuses)[number];

/** What moves a poll on; it never goes back, so that results stay what they were. */
export const pollActions = ['open', 'close', 'share'] as const;
export type PollActionName = (typeof pollActions)[number];

/** Polls of one meeting. */
export const mostPolls = 50;

/** Votes on one page, where the asker does not say how many, and at most. */
export const pollVotesPerPage = { usual: 100, most: 200 } as const;

/** A poll as the database keeps it. */
export interface StoredPoll {
  id: string;
  meetingId: string;
  /** Grows with each poll. */
  sequence: number;
  question: string;
  options: readonly string[];
  multiple: boolean;
  anonymous: boolean;
  status: PollStatusName;
  /** Of one that is closed; those of an open one are counted when somebody asks. */
  results: Tally | undefined;
}

/** How many chose each option, and how many voted. */
export type Tally = Omit<PollResults, 'pollId'>;

const ways = {
  open: { from: 'prepared', to: 'open' },
  close: { from: 'open', to: 'closed' },
  share: { from: 'closed', to: 'shared' },
} as const satisfies Record<PollActionName, { from: PollStatusName; to: PollStatusName }>;

/** From where to where an action takes a poll. */
export function wayOf(action: PollActionName): { from: PollStatusName; to: PollStatusName } {
  return ways[action];
}

/** What somebody chose, in order and each once. Errors: BAD_REQUEST. */
export function checkedChoices({ options, multiple }: StoredPoll, choices: readonly number[]): number[] {
  const chosen = [...new Set(choices)].sort((a, b) => a - b);
  const known = chosen.every((choice) => Number.isInteger(choice) && choice >= 0 && choice < options.length);
  if (!known || chosen.length === 0) throw new CanopyError('BAD_REQUEST', 'Choose of the options there are.');
  if (!multiple && chosen.length > 1) throw new CanopyError('BAD_REQUEST', 'Only one option can be chosen.');
  return chosen;
}

/** Whether a poll is there for somebody: one that is prepared only for who may open it. */
export function isShownTo({ status }: Pick<StoredPoll, 'status'>, manages: boolean): boolean {
  return manages || status !== 'prepared';
}
