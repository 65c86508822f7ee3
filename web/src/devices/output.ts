import { createStore } from 'zustand/vanilla';
import { readRemembered, remember } from '../lib/remembered.ts';
import { listDevices } from './capture.ts';

interface OutputState {
  /** '' is the one that the system prefers. */
  deviceId: string;
  choices: readonly MediaDeviceInfo[];
}

const key = 'canopy.speaker';

/** Where the meeting is heard. */
export const output = createStore<OutputState>(() => ({ deviceId: readRemembered(key, ''), choices: [] }));

/** Not every browser lets a page choose (https://www.w3.org/TR/audio-output/). */
export const canChooseOutput = typeof HTMLMediaElement !== 'undefined' && 'setSinkId' in HTMLMediaElement.prototype;

export function chooseOutput(deviceId: string): void {
  output.setState({ deviceId });
  remember(key, deviceId);
}

/** One that was unplugged makes way for the system's own. */
export async function refreshOutputs(): Promise<void> {
  const choices = await listDevices('speaker');
  const { deviceId } = output.getState();
  const gone = deviceId !== '' && choices.length > 0 && !choices.some((each) => each.deviceId === deviceId);
  output.setState({ choices, ...(gone && { deviceId: '' }) });
}

/** Lets an element be heard there. */
export async function playThere(element: HTMLMediaElement, deviceId: string): Promise<void> {
  if (!canChooseOutput || element.sinkId === deviceId) return;
  try {
    await element.setSinkId(deviceId);
  } catch (error) {
    // It is gone, or not allowed: the system's own goes on playing.
    console.debug('canopy: the speaker cannot be used', error);
  }
}

/** Plays a short tone to the chosen speaker. */
export async function playTestTone(): Promise<void> {
  const context = new AudioContext();
  const destination = context.createMediaStreamDestination();
  const tone = new OscillatorNode(context, { frequency: 660 });
  const volume = new GainNode(context, { gain: 0.2 });
  tone.connect(volume).connect(destination);
  const element = new Audio();
  element.srcObject = destination.stream;
  await playThere(element, output.getState().deviceId);
  tone.addEventListener('ended', () => void context.close());
  await element.play();
  tone.start();
  tone.stop(context.currentTime + 0.6);
}
