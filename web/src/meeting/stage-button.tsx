import { type MeetingView, type Participant, Role } from '@canopy/client';
import { useState } from 'react';
import { Button } from '../design/button.tsx';
import { api } from '../lib/api.ts';
import { humanError } from '../lib/error-texts.ts';
import { useManages } from './use-manages.ts';

/** Lets a host bring somebody who watches onto the stage, and back to the audience. */
export function StageButton({ view, person }: { view: MeetingView; person: Participant }) {
  const manages = useManages(view);
  const [failure, setFailure] = useState<string | null>(null);
  const watches = person.role === Role.ATTENDEE;
  if (!manages || !(watches || person.role === Role.PANELIST)) return null;

  async function change(): Promise<void> {
    try {
      await api.changeRole(view.meetingId, person.id, watches ? 'panelist' : 'attendee');
      setFailure(null);
    } catch (error) {
      setFailure(humanError(error).title);
    }
  }

  const text = failure ?? (watches ? 'On stage' : 'To audience');
  return (
    <Button aria-label={`${text}: ${person.name}`} data-testid="change-stage" onPress={() => void change()}>
      {text}
    </Button>
  );
}
