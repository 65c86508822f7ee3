import { onTouch } from './on-touch.ts';

/** A page that nobody has touched may not begin to process sound, and a phone call interrupts it: with the next touch it goes on. Returns the function that ends that. */
export function keepAwake(context: Pick<AudioContext, 'state' | 'resume' | keyof EventTarget>): () => void {
  const wake = () => {
    if (context.state === 'running' || context.state === 'closed') return;
    context.resume().catch((error: unknown) => console.debug('canopy: no sound is processed yet', error));
  };
  const stop = onTouch(wake);
  context.addEventListener('statechange', wake);
  return () => {
    stop();
    context.removeEventListener('statechange', wake);
  };
}
