import type { Participant } from '@canopy/client';
import { type ReactNode, useRef, useState } from 'react';
import { paged } from '../lib/paged.ts';
import { Pager } from '../stage/pager.tsx';

/** More at once are hard to look through, for eyes and for the browser. */
const perPage = 25;

export interface PeopleListProps {
  /** In the order in which they are shown. */
  people: readonly Participant[];
  /** What the pages are of. */
  label: string;
  testId: string;
  /** One of them, as an `li`. */
  children: (person: Participant) => ReactNode;
}

/** People below each other, in pages where there are many. */
export function PeopleList({ people, label, testId, children }: PeopleListProps) {
  const [wished, setWished] = useState(0);
  const list = useRef<HTMLUListElement>(null);
  const { items, page, pages } = paged(people, wished, perPage);

  function turn(to: number): void {
    setWished(to);
    list.current?.scrollIntoView({ block: 'start' });
  }

  return (
    <>
      <ul ref={list} data-testid={testId}>
        {items.map(children)}
      </ul>
      <Pager label={label} page={page} pages={pages} onTurn={turn} />
    </>
  );
}
