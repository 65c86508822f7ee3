import {
  CanopyError,
  type EdgeRtt,
  type JoinOptions,
  joinMeeting,
  type Meeting,
  type MeetingInvitation,
  type Region,
  type RoleName,
  type Waiting,
} from '@canopy/client';
import { useEffect, useState } from 'react';
import { serverUrl } from '../lib/api.ts';
import { type HumanError, humanError } from '../lib/error-texts.ts';
import type { Invitation } from '../lib/invitation.ts';
import { rememberedReadMarks, rememberName } from '../lib/remembered.ts';
import { forgetOwnToken, ownToken } from './own-token.ts';

/** What is known of a meeting before joining it. */
export interface MeetingFacts {
  title: string;
  role: RoleName;
  /** Who joins is asked for a password, as far as this browser may know. */
  hasPassword: boolean;
  /** Who joins needs the key of the meeting. */
  endToEndEncrypted: boolean;
  /** Whoever uses this browser may manage the meeting over the REST API. */
  mayManage: boolean;
  invitation: Invitation;
  /** Set while guests may not come in yet: when they may, and when it starts. */
  opensAt?: string;
  startTime?: string | null;
  /** Of a meeting in a schedule. */
  planned?: MeetingInvitation['planned'];
  /** Whose meeting it is, as far as this browser may know. */
  hostName?: string | null;
  /** How many may be in it at once, as far as this browser may know. */
  capacity?: number | null;
  /** It is being recorded. */
  recording: boolean;
  /** Set while whoever uses this browser has to register first. */
  registration?: { count: number; limit: number | null };
}

type Phase =
  | { name: 'prejoin'; error: HumanError | null }
  /** `retrying`: the service is in trouble, and it is tried again. */
  | { name: 'joining'; retrying: boolean }
  /** Let in by a host, or when the webinar begins. */
  | { name: 'waiting'; waiting: Waiting; retrying: boolean }
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
  /** Empty: none was asked for. */
  password: string;
  /** Of an encrypted meeting. Empty: there is none. */
  encryptionKey: string;
}

export interface Participation {
  phase: Phase;
  /** As this person asked to join last: who comes back to the preview need not type it again. */
  choices: JoinChoices | null;
  join: (choices: JoinChoices) => void;
  leave: () => void;
  /** Another key of the meeting is the one to come back with. */
  keepKey: (encryptionKey: string) => void;
  /** Back in, as this person joined last; into a meeting that is encrypted over the preview. */
  again: () => void;
}

/** One person's way through one meeting. */
export function useParticipation(meetingId: string): Participation {
  const [phase, setPhase] = useState<Phase>({ name: 'prejoin', error: null });
  const [choices, setChoices] = useState<JoinChoices | null>(null);
  const [wait, setWait] = useState<AbortController | null>(null);
  const meeting = phase.name === 'in' ? phase.meeting : null;

  useEffect(() => {
    if (meeting === null) return;
    if (new URLSearchParams(location.search).has('debug')) window.canopy = meeting;
    const ended = (reason: CanopyError) => {
      // Who was thrown out and may come back has nothing any more that was given to them here.
      if (reason.code === 'REMOVED') forgetOwnToken(meetingId);
      setPhase({ name: 'left', reason: humanError(reason) });
    };
    const stop = meeting.events.on('ended', ended);
    // What ended while it was being shown told nobody.
    if (meeting.endedBecause !== undefined) ended(meeting.endedBecause);
    return () => {
      stop();
      delete window.canopy;
    };
  }, [meeting, meetingId]);

  useEffect(() => {
    if (meeting === null) return;
    const leaveWithPage = () => void meeting.leave();
    // A browser may show the page again as it was, without what it left.
    const comeBack = ({ persisted }: PageTransitionEvent) => {
      if (persisted) setPhase({ name: 'left', reason: null });
    };
    addEventListener('pagehide', leaveWithPage);
    addEventListener('pageshow', comeBack);
    return () => {
      removeEventListener('pagehide', leaveWithPage);
      removeEventListener('pageshow', comeBack);
      // Another page of this app takes its place, such as by the browser's own button.
      if (meeting.view.connection !== 'closed') leaveWithPage();
    };
  }, [meeting]);

  useEffect(() => () => wait?.abort(), [wait]);

  async function join(chosen: JoinChoices): Promise<void> {
    setPhase({ name: 'joining', retrying: false });
    setChoices(chosen);
    const waiting = new AbortController();
    setWait(waiting);
    const progress = {
      onWaiting: (news: Waiting) => setPhase({ name: 'waiting', waiting: news, retrying: false }),
      onRetry: () =>
        setPhase((now) => (now.name === 'joining' || now.name === 'waiting' ? { ...now, retrying: true } : now)),
    };
    try {
      rememberName(chosen.name);
      const entered = await enter(meetingId, chosen, waiting.signal, progress);
      if (waiting.signal.aborted) return void entered.leave();
      setPhase({ name: 'in', meeting: entered });
    } catch (error) {
      if (waiting.signal.aborted) return;
      setPhase({ name: 'prejoin', error: humanError(error) });
    }
  }

  function leave(): void {
    setPhase({ name: 'left', reason: null });
    wait?.abort();
    void meeting?.leave();
  }

  return {
    phase,
    choices,
    join: (chosen) => void join(chosen),
    leave,
    keepKey: (encryptionKey) => setChoices((now) => now && { ...now, encryptionKey }),
    again: () => {
      // A key that was wrong may have been mended since.
      if (choices === null || choices.encryptionKey !== '') setPhase({ name: 'prejoin', error: null });
      else void join(choices);
    },
  };
}

async function enter(
  meetingId: string,
  { name, facts, from, rtts, password, encryptionKey }: JoinChoices,
  signal: AbortSignal,
  progress: Pick<JoinOptions, 'onWaiting' | 'onRetry'>,
): Promise<Meeting> {
  const { invitation, role } = facts;
  const location = from === null ? {} : { location: { latitude: from.latitude, longitude: from.longitude } };
  const joinAnew = async () =>
    joinMeeting({
      url: serverUrl,
      token: await ownToken(meetingId, { name, role, invitation }),
      rtts,
      readMarks: rememberedReadMarks,
      signal,
      ...progress,
      ...(password === '' ? {} : { password }),
      ...(encryptionKey === '' ? {} : { encryptionKey }),
      ...location,
    });
  try {
    return await joinAnew();
  } catch (error) {
    // The key that signed the one from before may be gone.
    if (!isRefusal(error, 'TOKEN_INVALID') || !forgetOwnToken(meetingId)) throw error;
    return joinAnew();
  }
}

function isRefusal(error: unknown, code: CanopyError['code']): boolean {
  return error instanceof CanopyError && error.code === code;
}
