import { keepAwake } from '../lib/keep-awake.ts';

/** Calls `onLevel` with the loudness of an audio track (0 to 1, roughly as loud as it seems) about 30 times a second. Returns the function that ends that. */
export function watchLevel(track: MediaStreamTrack, onLevel: (level: number) => void): () => void {
  const context = new AudioContext();
  const letSleep = keepAwake(context);
  const source = context.createMediaStreamSource(new MediaStream([track]));
  const analyser = new AnalyserNode(context, { fftSize: 512 });
  source.connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    onLevel(loudness(samples));
  }, 33);
  return () => {
    clearInterval(timer);
    letSleep();
    source.disconnect();
    void context.close();
  };
}

/** −60 dB to −10 dB of RMS, as 0 to 1. */
export function loudness(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const decibels = 10 * Math.log10(sum / samples.length + 1e-10);
  return Math.min(1, Math.max(0, (decibels + 60) / 50));
}
