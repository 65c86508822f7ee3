import { type Meeting, type MeetingView, type Participant, Role } from '@canopy/client';
import { useTranslation } from 'react-i18next';
import { Button } from '../design/button.tsx';
import { useAction } from '../lib/use-action.ts';
import { isManager } from '../moderation/use-moderation.ts';

export interface StageButtonProps {
  meeting: Meeting;
  view: MeetingView;
  person: Participant;
}

/** Lets hosts and cohosts bring somebody who watches onto the stage, and back to the audience of a webinar. */
export function StageButton({ meeting, view, person }: StageButtonProps) {
  const { t } = useTranslation('meeting');
  const { error, run } = useAction();
  const watches = person.role === Role.ATTENDEE;
  const mayStepDown = person.role === Role.PANELIST && view.mode === 'webinar';
  if (!isManager(view) || !(watches || mayStepDown)) return null;
  const change = () => run(() => meeting.moderation.changeRole(person.id, watches ? 'panelist' : 'attendee'));
  const text = error?.title ?? t(watches ? 'toStage' : 'toAudience');
  return (
    <Button
      aria-label={t('changeName', { change: text, name: person.name })}
      data-testid="change-stage"
      onPress={() => void change()}
    >
      {text}
    </Button>
  );
}
