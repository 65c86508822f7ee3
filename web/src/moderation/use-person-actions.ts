import {
  type Meeting,
  type MeetingView,
  type ModerationName,
  type Participant,
  Role,
  type RoleName,
  TrackSource,
} from '@canopy/client';
import { useTranslation } from 'react-i18next';
import { mayModerate } from './use-moderation.ts';

export interface PersonAction {
  id: string;
  label: string;
  act: () => void;
  /** It takes them out of the meeting. */
  danger?: boolean;
}

export interface PersonActionsOptions {
  meeting: Meeting;
  view: MeetingView;
  /** Undefined once they are gone. */
  person: Participant | undefined;
  /** They are to be taken out, which is asked about first. */
  onRemove: () => void;
  /** They, or whoever it is themselves, are to have another name; absent: that is offered elsewhere. */
  onRename?: () => void;
  onError: (error: unknown) => void;
}

/** What this person may do about another one as a host or cohost, and about themselves. */
export function usePersonActions(options: PersonActionsOptions): PersonAction[] {
  const { meeting, view, person, onRemove, onRename, onError } = options;
  const { t } = useTranslation('moderation');
  const isSelf = person?.id === view.self.participantId;
  if (person === undefined || (!isSelf && !mayModerate(view, person.role))) return [];
  const renaming = onRename === undefined ? [] : [{ id: 'rename', label: t('rename'), act: onRename }];
  if (isSelf) return renaming;
  const own = [...view.tracks.values()].filter(({ participantId }) => participantId === person.id);
  const has = (source: TrackSource) => own.some((track) => track.source === source && !track.muted);
  const speaks = person.role !== Role.ATTENDEE;
  const hosts = view.self.role === Role.HOST;
  const moderate = (what: ModerationName) => () => void meeting.moderation.moderate(person.id, what).catch(onError);
  const become = (role: RoleName) => () => void meeting.moderation.changeRole(person.id, role).catch(onError);
  const actions: (false | PersonAction)[] = [
    ...renaming,
    has(TrackSource.MICROPHONE) && { id: 'mute', label: t('mute'), act: moderate('mute') },
    speaks &&
      !has(TrackSource.MICROPHONE) && { id: 'ask-to-unmute', label: t('askToUnmute'), act: moderate('ask-to-unmute') },
    has(TrackSource.CAMERA) && { id: 'stop-camera', label: t('stopCamera'), act: moderate('stop-camera') },
    has(TrackSource.SCREEN) && { id: 'stop-screen', label: t('stopScreen'), act: moderate('stop-screen') },
    hosts &&
      person.role === Role.PANELIST &&
      person.bare !== true && { id: 'make-cohost', label: t('makeCohost'), act: become('cohost') },
    hosts && person.role === Role.COHOST && { id: 'remove-cohost', label: t('removeCohost'), act: become('panelist') },
    hosts &&
      person.role !== Role.HOST && {
        id: 'make-host',
        label: t('makeHost'),
        act: () => void meeting.moderation.transferHost(person.id).catch(onError),
      },
    { id: 'remove', label: t('remove'), act: onRemove, danger: true },
  ];
  return actions.filter((action) => action !== false);
}
