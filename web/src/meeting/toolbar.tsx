import type { Meeting, MeetingView, VisibleSizes } from '@canopy/client';
import { useTranslation } from 'react-i18next';
import type { DeviceStore } from '../devices/device-store.ts';
import { DeviceToggle } from '../devices/device-toggle.tsx';
import { InviteButton } from '../links/invite-button.tsx';
import { SmallWindowButton } from '../pip/small-window-button.tsx';
import { HandButton } from '../reactions/hand-button.tsx';
import { ReactionButton } from '../reactions/reaction-button.tsx';
import { RecordButtons } from '../recording/record-buttons.tsx';
import { ShareButton } from '../stage/share-button.tsx';
import { LeaveButtons } from './leave-buttons.tsx';
import { MoreControls } from './more-controls.tsx';
import styles from './toolbar.module.css';

export interface ToolbarProps {
  meeting: Meeting;
  view: MeetingView;
  sizes: VisibleSizes;
  /** Null for those who only watch. */
  devices: { camera: DeviceStore; microphone: DeviceStore } | null;
  onLeave: () => void;
  onError: (error: unknown) => void;
}

export function Toolbar({ meeting, view, sizes, devices, onLeave, onError }: ToolbarProps) {
  const { t } = useTranslation('meeting');
  return (
    <div className={styles.toolbar} role="toolbar" aria-label={t('controls')}>
      {devices !== null && (
        <>
          <DeviceToggle kind="microphone" device={devices.microphone} />
          <DeviceToggle kind="camera" device={devices.camera} />
        </>
      )}
      <HandButton meeting={meeting} view={view} onError={onError} />
      <MoreControls folds={devices !== null}>
        <ReactionButton meeting={meeting} onError={onError} />
        {devices !== null && <ShareButton meeting={meeting} view={view} onError={onError} />}
        <RecordButtons meeting={meeting} view={view} onError={onError} />
        <SmallWindowButton view={view} sizes={sizes} microphone={devices?.microphone ?? null} onError={onError} />
        <InviteButton meeting={meeting} view={view} />
      </MoreControls>
      <LeaveButtons meeting={meeting} view={view} onLeave={onLeave} onError={onError} />
    </div>
  );
}
