import type { BreakoutRoom, BreakoutsView, Meeting } from '@canopy/client';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../design/button.tsx';
import { Text } from '../design/field.tsx';
import { IconButton } from '../design/icon-button.tsx';
import { useReturnedFocus } from '../lib/focus.ts';
import type { Act } from './act.ts';
import styles from './breakouts.module.css';
import { PeopleOf } from './people-of.tsx';

export interface RoomCardProps {
  meeting: Meeting;
  breakouts: BreakoutsView;
  room: BreakoutRoom;
  act: Act;
}

/** One room, as its hosts see it. */
export function RoomCard({ meeting, breakouts, room, act }: RoomCardProps) {
  const { t } = useTranslation('breakouts');
  const [renaming, setRenaming] = useState(false);
  const { name } = room;
  const people = breakouts.people.filter(({ roomId }) => roomId === room.id);
  const isHere = breakouts.ownRoom?.id === room.id;
  return (
    <section className={styles.room} data-testid="breakout-room">
      <div className={styles.person}>
        <h3 className={styles.name}>{t('people', { name, count: people.length })}</h3>
        {breakouts.phase === 'open' && !isHere && (
          <Button
            aria-label={t('goTo', { name })}
            data-testid="go-to-room"
            onPress={() => act(meeting.breakouts.choose(room.id))}
          >
            {t('go')}
          </Button>
        )}
        {isHere && <span className={styles.hint}>{t('here')}</span>}
        <IconButton
          icon="edit"
          label={t('rename', { name })}
          aria-expanded={renaming}
          onPress={() => setRenaming(!renaming)}
        />
      </div>
      {renaming && (
        <RenameForm
          name={name}
          onRename={(next) => {
            setRenaming(false);
            act(meeting.breakouts.rename(room.id, next));
          }}
        />
      )}
      <PeopleOf meeting={meeting} people={people} breakouts={breakouts} act={act} />
    </section>
  );
}

function RenameForm({ name, onRename }: { name: string; onRename: (name: string) => void }) {
  const { t } = useTranslation('breakouts');
  const [text, setText] = useState(name);
  const form = useRef<HTMLFormElement>(null);
  useReturnedFocus(form);
  return (
    <form
      ref={form}
      className={styles.inline}
      onSubmit={(event) => {
        event.preventDefault();
        onRename(text);
      }}
    >
      <Text label={t('newName')} value={text} maxLength={64} autoFocus onChange={setText} testId="breakout-new-name" />
      <Button type="submit" isDisabled={text.trim() === ''}>
        {t('save')}
      </Button>
    </form>
  );
}
