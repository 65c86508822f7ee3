import { useEffect } from 'react';
import type { DeviceStore } from './device-store.ts';
import { refreshOutputs } from './output.ts';

/** Keeps the lists of devices true while they are plugged in and out. */
export function useHotPlug(devices: readonly [DeviceStore, DeviceStore]): void {
  const [camera, microphone] = devices;
  useEffect(() => {
    const { mediaDevices } = navigator;
    if (mediaDevices === undefined) return;
    const look = () => void Promise.all([camera.refresh(), microphone.refresh(), refreshOutputs()]);
    mediaDevices.addEventListener('devicechange', look);
    return () => mediaDevices.removeEventListener('devicechange', look);
  }, [camera, microphone]);
}
