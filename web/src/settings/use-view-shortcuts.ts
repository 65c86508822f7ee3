import { useStore } from 'zustand';
import type { DeviceStore } from '../devices/device-store.ts';
import { useShortcuts } from '../shortcuts/use-shortcuts.ts';
import { stage, toggleLayout } from '../stage/stage-store.ts';

export interface ViewShortcuts {
  camera: DeviceStore;
  microphone: DeviceStore;
  /** False for those who only watch, who have no devices. */
  onStage: boolean;
  onHand: () => void;
  onChat: () => void;
  onHelp: () => void;
}

/** The keys of the meeting. */
export function useViewShortcuts({ camera, microphone, onStage, onHand, onChat, onHelp }: ViewShortcuts): void {
  // Who is heard anyway holds nothing: the key presses what has the focus.
  const holds = useStore(microphone, ({ on, held }) => onStage && (held || !on));
  const toggle = (device: DeviceStore) => (onStage ? () => void device.choose(!device.getState().on) : undefined);
  const turn = (by: number) => () => stage.setState(({ page }) => ({ page: Math.max(0, page + by) }));
  useShortcuts({
    toggleMicrophone: toggle(microphone),
    toggleCamera: toggle(camera),
    pushToTalk: holds ? () => microphone.hold() : undefined,
    toggleHand: onHand,
    toggleChat: onChat,
    toggleLayout,
    nextPage: turn(1),
    previousPage: turn(-1),
    help: onHelp,
  });
}
