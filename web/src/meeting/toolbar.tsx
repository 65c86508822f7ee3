import type { Meeting, MeetingView } from '@canopy/client';
import { useState } from 'react';
import { RoundButton } from '../design/round-button.tsx';
import type { DeviceStore } from '../devices/device-store.ts';
import { DeviceToggle } from '../devices/device-toggle.tsx';
import { invitationLink } from '../encryption/invitation-link.ts';
import { HandButton } from '../reactions/hand-button.tsx';
import { ReactionButton } from '../reactions/reaction-button.tsx';
import { RecordButtons } from '../recording/record-buttons.tsx';
import { ShareButton } from '../stage/share-button.tsx';
import { LeaveButtons } from './leave-buttons.tsx';
import styles from './toolbar.module.css';

export interface ToolbarProps {
  meeting: Meeting;
  view: MeetingView;
  /** Null for those who only watch. */
  devices: { camera: DeviceStore; microphone: DeviceStore } | null;
  onLeave: () => void;
  onError: (error: unknown) => void;
}

export function Toolbar({ meeting, view, devices, onLeave, onError }: ToolbarProps) {
  return (
    <div className={styles.toolbar} role="toolbar" aria-label="Meeting controls">
      {devices !== null && (
        <>
          <DeviceToggle kind="microphone" device={devices.microphone} />
          <DeviceToggle kind="camera" device={devices.camera} />
          <ShareButton meeting={meeting} onError={onError} />
        </>
      )}
      <RecordButtons meeting={meeting} view={view} onError={onError} />
      <HandButton meeting={meeting} view={view} onError={onError} />
      <ReactionButton meeting={meeting} onError={onError} />
      <CopyLinkButton meetingId={view.mainMeetingId} />
      <LeaveButtons meeting={meeting} view={view} onLeave={onLeave} onError={onError} />
    </div>
  );
}

function CopyLinkButton({ meetingId }: { meetingId: string }) {
  const [copied, setCopied] = useState(false);

  async function copy(): Promise<void> {
    await navigator.clipboard.writeText(invitationLink(meetingId));
    setCopied(true);
    setTimeout(() => setCopied(false), 2_000);
  }

  return (
    <>
      <RoundButton
        icon={copied ? 'check' : 'link'}
        label={copied ? 'Link copied' : 'Copy the link'}
        data-testid="copy-link"
        onPress={() => void copy()}
      />
      <span className="visually-hidden" role="status">
        {copied && 'Link copied'}
      </span>
    </>
  );
}
