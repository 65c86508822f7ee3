/** So many messages are on the page; of those before, as many more at a time. */
export const perPage = 200;

/** Something in the order of the chat. */
interface InOrder {
  readonly sequence: number;
}

/** The index from which messages are on the page: of the newest that is a page; what somebody reads, `from` on, is not taken away by what comes meanwhile. */
export function firstShown(messages: readonly InOrder[], from: number | null): number {
  const first = from === null ? messages.length - perPage : messages.findIndex(({ sequence }) => sequence >= from);
  return Math.max(0, first);
}

/** Where what is on the page is to begin so that older messages come into sight: a page before the `first` that is there now, or with whatever is the oldest. */
export function olderFrom(messages: readonly InOrder[], first: number): number {
  return messages[first - perPage]?.sequence ?? 0;
}
