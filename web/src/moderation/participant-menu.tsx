import type { Meeting, MeetingView, Participant } from '@canopy/client';
import { useState } from 'react';
import { MenuTrigger } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { IconButton } from '../design/icon-button.tsx';
import { Menu, MenuItem } from '../design/menu.tsx';
import { RemovalDialog } from './removal-dialog.tsx';
import { RenameDialog } from './rename-dialog.tsx';
import { usePersonActions } from './use-person-actions.ts';

export interface ParticipantMenuProps {
  meeting: Meeting;
  view: MeetingView;
  person: Participant;
  /** They are to be written to. */
  onMessage: (person: Participant) => void;
  onError: (error: unknown) => void;
}

/** What this person may do about another one: write to them and, as a host or cohost, moderate; and about themselves. */
export function ParticipantMenu({ meeting, view, person, onMessage, onError }: ParticipantMenuProps) {
  const { t } = useTranslation('moderation');
  const [removes, setRemoves] = useState(false);
  const [renames, setRenames] = useState(false);
  const onRemove = () => setRemoves(true);
  const onRename = () => setRenames(true);
  const actions = usePersonActions({ meeting, view, person, onRemove, onRename, onError });
  const isSelf = person.id === view.self.participantId;
  const mayBeWrittenTo = !isSelf && person.bare !== true;
  if (actions.length === 0 && !mayBeWrittenTo) return null;
  return (
    <>
      <MenuTrigger>
        <IconButton
          icon="dots"
          label={t('more', { name: person.name })}
          data-testid={isSelf ? 'own-menu' : 'person-menu'}
        />
        <Menu label={t('more', { name: person.name })}>
          {mayBeWrittenTo && (
            <MenuItem id="write-to" data-testid="write-to" onAction={() => onMessage(person)}>
              {t('message')}
            </MenuItem>
          )}
          {actions.map(({ id, label, act, danger = false }) => (
            <MenuItem key={id} id={id} danger={danger} data-testid={id} onAction={act}>
              {label}
            </MenuItem>
          ))}
        </Menu>
      </MenuTrigger>
      {renames && <RenameDialog meeting={meeting} person={person} onClose={() => setRenames(false)} />}
      {removes && (
        <RemovalDialog meeting={meeting} person={person} onClose={() => setRemoves(false)} onError={onError} />
      )}
    </>
  );
}
