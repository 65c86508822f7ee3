import {
  type Meeting,
  type MeetingView,
  type ModerationName,
  type Participant,
  Role,
  type RoleName,
  TrackSource,
} from '@canopy/client';
import { useState } from 'react';
import { MenuTrigger } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { ConfirmDialog } from '../design/confirm-dialog.tsx';
import { IconButton } from '../design/icon-button.tsx';
import { Menu, MenuItem } from '../design/menu.tsx';
import { mayModerate } from './use-moderation.ts';

export interface ParticipantMenuProps {
  meeting: Meeting;
  view: MeetingView;
  person: Participant;
  /** They are to be written to. */
  onMessage: (person: Participant) => void;
  onError: (error: unknown) => void;
}

interface Item {
  id: string;
  label: string;
  action: () => void;
  /** It takes them out of the meeting. */
  danger?: boolean;
}

/** What this person may do about another one: write to them and, as a host or cohost, moderate. */
export function ParticipantMenu({ meeting, view, person, onMessage, onError }: ParticipantMenuProps) {
  const { t } = useTranslation(['moderation', 'common']);
  const [bans, setBans] = useState(false);
  if (person.id === view.self.participantId) return null;
  const own = [...view.tracks.values()].filter(({ participantId }) => participantId === person.id);
  const has = (source: TrackSource) => own.some((track) => track.source === source && !track.muted);
  const speaks = person.role !== Role.ATTENDEE;
  const act = (what: ModerationName) => () => void meeting.moderation.moderate(person.id, what).catch(onError);
  const become = (role: RoleName) => () => void meeting.moderation.changeRole(person.id, role).catch(onError);
  const moderating: (false | Item)[] = [
    has(TrackSource.MICROPHONE) && { id: 'mute', label: t('mute'), action: act('mute') },
    speaks &&
      !has(TrackSource.MICROPHONE) && { id: 'ask-to-unmute', label: t('askToUnmute'), action: act('ask-to-unmute') },
    has(TrackSource.CAMERA) && { id: 'stop-camera', label: t('stopCamera'), action: act('stop-camera') },
    has(TrackSource.SCREEN) && { id: 'stop-screen', label: t('stopScreen'), action: act('stop-screen') },
    view.self.role === Role.HOST &&
      person.role === Role.PANELIST &&
      person.bare !== true && { id: 'make-cohost', label: t('makeCohost'), action: become('cohost') },
    view.self.role === Role.HOST &&
      person.role === Role.COHOST && { id: 'remove-cohost', label: t('removeCohost'), action: become('panelist') },
    view.self.role === Role.HOST &&
      person.role !== Role.HOST && {
        id: 'make-host',
        label: t('makeHost'),
        action: () => void meeting.moderation.transferHost(person.id).catch(onError),
      },
    { id: 'remove', label: t('remove'), action: act('remove'), danger: true },
    { id: 'ban', label: t('ban'), action: () => setBans(true), danger: true },
  ];
  const items: (false | Item)[] = [
    person.bare !== true && { id: 'write-to', label: t('message'), action: () => onMessage(person) },
    ...(mayModerate(view, person.role) ? moderating : []),
  ];
  if (!items.some(Boolean)) return null;
  return (
    <>
      <MenuTrigger>
        <IconButton icon="dots" label={t('more', { name: person.name })} data-testid="person-menu" />
        <Menu label={t('more', { name: person.name })}>
          {items.map(
            (item) =>
              item !== false && (
                <MenuItem
                  key={item.id}
                  id={item.id}
                  danger={item.danger === true}
                  data-testid={item.id}
                  onAction={item.action}
                >
                  {item.label}
                </MenuItem>
              ),
          )}
        </Menu>
      </MenuTrigger>
      {bans && (
        <ConfirmDialog
          title={t('banTitle', { name: person.name })}
          text={t('banText')}
          action={t('ban')}
          cancel={t('common:cancel')}
          testId="ban"
          onConfirm={act('ban')}
          onClose={() => setBans(false)}
        />
      )}
    </>
  );
}
