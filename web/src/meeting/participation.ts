import { type EdgeRtt, joinMeeting, type Meeting, type Region, type RoleName } from '@canopy/client';
import { useEffect, useState } from 'react';
import { api, serverUrl } from '../lib/api.ts';
import { type HumanError, humanError } from '../lib/error-texts.ts';
import type { Invitation } from '../lib/invitation.ts';
import { rememberName } from '../lib/remembered.ts';

/** What is known of a meeting before joining it. */
export interface MeetingFacts {
  /** Null when this browser may not ask. */
  title: string | null;
  role: RoleName;
  invitation: Invitation;
  /** Set while guests may not come in yet: when they may, and when it starts. */
  opensAt?: string;
  startTime?: string | null;
}

type Phase =
  | { name: 'prejoin'; error: HumanError | null }
  | { name: 'joining' }
  | { name: 'in'; meeting: Meeting }
  /** Without a reason: the participant chose to leave. */
  | { name: 'left'; reason: HumanError | null };

export interface JoinChoices {
  name: string;
  facts: MeetingFacts;
  /** Where to pretend to be; null lets the server find out. */
  from: Region | null;
  /** Measured beforehand. */
  rtts: readonly EdgeRtt[];
}

export interface Participation {
  phase: Phase;
  join: (choices: JoinChoices) => void;
  leave: () => void;
  /** Back to the preview. */
  again: () => void;
}

/** One person's way through one meeting. */
export function useParticipation(meetingId: string): Participation {
  const [phase, setPhase] = useState<Phase>({ name: 'prejoin', error: null });
  const meeting = phase.name === 'in' ? phase.meeting : null;

  useEffect(() => {
    if (meeting === null) return;
    if (new URLSearchParams(location.search).has('debug')) window.canopy = meeting;
    const stop = meeting.events.on('ended', (reason) => setPhase({ name: 'left', reason: humanError(reason) }));
    return () => {
      stop();
      delete window.canopy;
    };
  }, [meeting]);

  useEffect(() => {
    if (meeting === null) return;
    const leaveWithPage = () => void meeting.leave();
    addEventListener('pagehide', leaveWithPage);
    return () => removeEventListener('pagehide', leaveWithPage);
  }, [meeting]);

  async function join(choices: JoinChoices): Promise<void> {
    setPhase({ name: 'joining' });
    try {
      rememberName(choices.name);
      setPhase({ name: 'in', meeting: await enter(meetingId, choices) });
    } catch (error) {
      setPhase({ name: 'prejoin', error: humanError(error) });
    }
  }

  function leave(): void {
    setPhase({ name: 'left', reason: null });
    void meeting?.leave();
  }

  return {
    phase,
    join: (choices) => void join(choices),
    leave,
    again: () => setPhase({ name: 'prejoin', error: null }),
  };
}

async function enter(meetingId: string, { name, facts, from, rtts }: JoinChoices): Promise<Meeting> {
  const token = facts.invitation.token ?? (await api.createToken(meetingId, { name, role: facts.role })).token;
  const location = from === null ? {} : { location: { latitude: from.latitude, longitude: from.longitude } };
  return joinMeeting({ url: serverUrl, token, rtts, ...location });
}
