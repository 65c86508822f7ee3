import { canJoin } from '@canopy/client';
import { useEffect, useReducer, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useOtherTabs } from '../account/use-other-tabs.ts';
import { NotYet } from '../calendar/not-yet.tsx';
import { ErrorPage } from '../design/error-page.tsx';
import { Message } from '../design/message.tsx';
import { createDeviceStore, type DeviceStore } from '../devices/device-store.ts';
import { useHotPlug } from '../devices/use-hot-plug.ts';
import { KeyContext } from '../encryption/key-context.ts';
import { rememberedAccount } from '../lib/remembered.ts';
import { WaitingPage } from '../moderation/waiting-page.tsx';
import { PrejoinPage } from '../prejoin/prejoin-page.tsx';
import { RegistrationPage } from '../registration/registration-page.tsx';
import { LeaveGuard } from './leave-guard.tsx';
import { LeftPage } from './left-page.tsx';
import { MeetingRoom } from './meeting-room.tsx';
import { type MeetingFacts, useParticipation } from './participation.ts';
import { useFacts } from './use-facts.ts';

/** `/m/<meetingId>`: from the camera preview, through the meeting, to its end. */
export default function MeetingPage({ meetingId }: { meetingId: string }) {
  const { t } = useTranslation('meeting');
  const [looks, lookAgain] = useReducer((count: number) => count + 1, 0);
  const facts = useFacts(meetingId, looks);
  if (facts.status === 'loading') return <Message title={t('opening')} />;
  if (facts.status === 'failed') return <ErrorPage error={facts.error} onRetry={facts.retry} />;
  const { opensAt, registration } = facts.value;
  if (registration !== undefined)
    return <RegistrationPage meetingId={meetingId} facts={{ ...facts.value, registration }} onOpen={lookAgain} />;
  if (opensAt !== undefined)
    return <NotYet meetingId={meetingId} facts={{ ...facts.value, opensAt }} onOpen={lookAgain} />;
  return <Visit meetingId={meetingId} facts={facts.value} onOther={lookAgain} />;
}

interface VisitProps {
  meetingId: string;
  facts: MeetingFacts;
  /** What is known of the meeting is not so any more for this person: they are somebody else now, or have to register. */
  onOther: () => void;
}

function Visit({ meetingId, facts, onOther }: VisitProps) {
  const [camera] = useState(() => createDeviceStore('camera'));
  const [microphone] = useState(() => createDeviceStore('microphone'));
  useHotPlug([camera, microphone]);
  const { phase, choices, join, leave, keepKey, again } = useParticipation(meetingId);
  useDevices([camera, microphone], { opened: canJoin() && facts.role !== 'attendee', left: phase.name === 'left' });
  const mustRegister = phase.name === 'prejoin' && phase.error?.code === 'REGISTRATION_REQUIRED';
  useEffect(() => {
    if (mustRegister) onOther();
  }, [mustRegister, onOther]);
  // Who is in a meeting stays in it as who they came.
  const [accountId] = useState(rememberedAccount);
  useOtherTabs(phase.name === 'prejoin' ? accountId : null, onOther);
  if (phase.name === 'left') {
    const mayManage = facts.mayManage && facts.role === 'host';
    return <LeftPage meetingId={meetingId} mayManage={mayManage} reason={phase.reason} onRejoin={again} />;
  }
  if (phase.name === 'in') {
    return (
      <KeyContext value={keepKey}>
        <LeaveGuard />
        <MeetingRoom
          meeting={phase.meeting}
          camera={camera}
          microphone={microphone}
          mayManage={facts.mayManage}
          onLeave={leave}
        />
      </KeyContext>
    );
  }
  if (phase.name === 'waiting')
    return <WaitingPage waiting={phase.waiting} retrying={phase.retrying} onLeave={leave} />;
  return (
    <PrejoinPage
      meetingId={meetingId}
      facts={facts}
      camera={camera}
      microphone={microphone}
      before={choices}
      joining={phase.name === 'joining'}
      retrying={phase.name === 'joining' && phase.retrying}
      error={phase.name === 'prejoin' ? phase.error : null}
      onJoin={join}
    />
  );
}

/** Frees the devices at the end of the meeting, whoever switched them on. `opened`: from the preview on they are as this person chose them last; who comes back has them as they were. */
function useDevices(devices: readonly DeviceStore[], { opened, left }: { opened: boolean; left: boolean }): void {
  const [stable] = useState(devices);
  const isBack = useRef(false);
  useEffect(() => {
    if (left) return;
    if (opened) {
      for (const device of stable) {
        const { on, chosen } = device.getState();
        void device.setOn(isBack.current ? on : chosen);
      }
    }
    isBack.current = true;
    return () => {
      for (const device of stable) device.release();
    };
  }, [stable, opened, left]);
}
