import { createStore } from 'zustand/vanilla';
import { readRemembered, remember } from '../lib/remembered.ts';
import { setBlur } from './blur.ts';

const key = 'canopy.blur';

interface BlurChoice {
  /** What the person wants. */
  readonly on: boolean;
  /** The camera did not do what they chose last. */
  readonly refused: boolean;
}

/** Whether cameras blur the background. */
export const blurChoice = createStore<BlurChoice>(() => ({ on: readRemembered(key, false), refused: false }));

/** Counts up with each choice. */
let latest = 0;

blurChoice.subscribe(({ on }) => remember(key, on));

/** For the camera that is open, if any, and for all that are opened from now on. What that camera refuses is not chosen. */
export async function chooseBlur(on: boolean, camera: MediaStreamTrack | null): Promise<void> {
  const mine = ++latest;
  const before = blurChoice.getState().on;
  blurChoice.setState({ on, refused: false });
  try {
    if (camera !== null) await setBlur(camera, on);
  } catch (error) {
    console.debug('canopy: the background stays as it was', error);
    // Something else may be chosen by now, or another camera be open.
    if (mine === latest && camera?.readyState !== 'ended') blurChoice.setState({ on: before, refused: true });
  }
}
