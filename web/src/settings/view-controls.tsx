import { useState } from 'react';
import { Button } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { Hint } from '../design/hint.tsx';
import { Icon } from '../design/icon.tsx';
import type { DeviceStore } from '../devices/device-store.ts';
import { cx } from '../lib/cx.ts';
import header from '../meeting/room-header.module.css';
import { useShortcuts } from '../shortcuts/use-shortcuts.ts';
import { stage, toggleLayout } from '../stage/stage-store.ts';
import { SettingsDialog } from './settings-dialog.tsx';

export interface ViewControlsProps {
  camera: DeviceStore;
  microphone: DeviceStore;
  /** False for those who only watch, who have no devices. */
  onStage: boolean;
}

/** Grid or speaker, everything that can be set, and the keys for both. */
export function ViewControls({ camera, microphone, onStage }: ViewControlsProps) {
  const { t } = useTranslation(['stage', 'settings']);
  const layout = useStore(stage, (state) => state.layout);
  const [open, setOpen] = useState(false);
  const toggle = (device: DeviceStore) => () => void (onStage && device.setOn(!device.getState().on));
  const turn = (by: number) => () => stage.setState(({ page }) => ({ page: Math.max(0, page + by) }));
  useShortcuts({
    toggleMicrophone: toggle(microphone),
    toggleCamera: toggle(camera),
    toggleLayout,
    nextPage: turn(1),
    previousPage: turn(-1),
    help: () => setOpen(true),
  });
  return (
    <>
      <Hint text={t(layout === 'grid' ? 'toSpeaker' : 'toGrid')}>
        <Button
          className={cx(header.toggle)}
          aria-label={t(layout === 'grid' ? 'toSpeaker' : 'toGrid')}
          data-testid="toggle-layout"
          onPress={toggleLayout}
        >
          <Icon name={layout === 'grid' ? 'speakerView' : 'grid'} size={18} />
        </Button>
      </Hint>
      <Hint text={t('title', { ns: 'settings' })}>
        <Button
          className={cx(header.toggle)}
          aria-label={t('title', { ns: 'settings' })}
          data-testid="open-settings"
          onPress={() => setOpen(true)}
        >
          <Icon name="settings" size={18} />
        </Button>
      </Hint>
      <SettingsDialog devices={onStage ? { camera, microphone } : null} isOpen={open} onClose={() => setOpen(false)} />
    </>
  );
}
