import { useCallback, useEffect, useState } from 'react';
import { Message } from '../design/message.tsx';
import { createDeviceStore } from '../devices/device-store.ts';
import { api } from '../lib/api.ts';
import { useConfig } from '../lib/config.tsx';
import { defaultRole, readInvitation } from '../lib/invitation.ts';
import { isHosted, rememberedName } from '../lib/remembered.ts';
import { type Resource, useResource } from '../lib/use-resource.ts';
import { PrejoinPage } from '../prejoin/prejoin-page.tsx';
import { LeftPage } from './left-page.tsx';
import { MeetingRoom } from './meeting-room.tsx';
import { type MeetingFacts, useParticipation } from './participation.ts';

/** `/m/<meetingId>`: from the camera preview, through the meeting, to its end. */
export default function MeetingPage({ meetingId }: { meetingId: string }) {
  const facts = useFacts(meetingId);
  const [camera] = useState(() => createDeviceStore('camera'));
  const [microphone] = useState(() => createDeviceStore('microphone'));
  const { phase, join, leave, again } = useParticipation(meetingId);
  const atTheDoor = phase.name === 'prejoin';

  useEffect(() => {
    if (!atTheDoor) return;
    void camera.setOn(true);
    void microphone.setOn(true);
  }, [atTheDoor, camera, microphone]);

  const over = phase.name === 'left';
  useEffect(() => {
    if (over) releaseAll();
    function releaseAll(): void {
      camera.release();
      microphone.release();
    }
    return releaseAll;
  }, [over, camera, microphone]);

  if (facts.status === 'loading') return <Message title="Opening the meeting…" />;
  if (phase.name === 'left') return <LeftPage reason={phase.reason} onRejoin={again} />;
  if (phase.name === 'in') {
    return <MeetingRoom meeting={phase.meeting} camera={camera} microphone={microphone} onLeave={leave} />;
  }
  return (
    <PrejoinPage
      facts={facts}
      camera={camera}
      microphone={microphone}
      initialName={rememberedName()}
      joining={phase.name === 'joining'}
      error={phase.name === 'prejoin' ? phase.error : null}
      onJoin={join}
    />
  );
}

/** What can be known of the meeting before joining. Without open access that is nothing but what the invitation says. */
function useFacts(meetingId: string): Resource<MeetingFacts> {
  const config = useConfig();
  const openAccess = config.status === 'ready' && config.value.openAccess;
  const configLoading = config.status === 'loading';
  const load = useCallback(async (): Promise<MeetingFacts> => {
    const invitation = readInvitation(location.search, location.hash);
    if (invitation.token !== undefined || !openAccess)
      return { title: null, role: invitation.role ?? 'panelist', invitation };
    const { title, mode, status } = await api.getMeeting(meetingId);
    return {
      title,
      role: invitation.role ?? defaultRole(isHosted(meetingId), mode),
      invitation,
      ended: status === 'ended',
    };
  }, [meetingId, openAccess]);
  const facts = useResource(load);
  return configLoading ? { status: 'loading' } : config.status === 'failed' ? config : facts;
}
