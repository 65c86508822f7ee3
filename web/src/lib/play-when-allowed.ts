import { onTouch } from './on-touch.ts';

/** Plays a picture; where the browser wants a touch before, as iOS does in low power mode while no sound is played, with the next one. Returns the function that ends that. */
export function playWhenAllowed(element: Pick<HTMLMediaElement, 'play'>): () => void {
  let ended = false;
  let stopWaiting = () => {};
  const play = () => {
    stopWaiting();
    element.play().catch((error: unknown) => {
      const isRefused = error instanceof DOMException && error.name === 'NotAllowedError';
      if (isRefused && !ended) stopWaiting = onTouch(play);
    });
  };
  play();
  return () => {
    ended = true;
    stopWaiting();
  };
}
