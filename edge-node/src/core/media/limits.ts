import { mostWanted } from '@canopy/proto/wants';

/** Bounds on what a client may say about its media. Browsers stay far below them; what passes them is a mistake or an attack. */
export const mediaLimits = {
  codecsPerTrack: 8,
  codecsPerClient: 64,
  headerExtensions: 64,
  /** Simulcast streams of one track. */
  encodings: 3,
  fingerprints: 8,
  feedbackPerCodec: 16,
  fmtpParameters: 32,
  textLength: 256,
  /** Largest bit/s a single encoding may announce. */
  bitrateBps: 100_000_000,
  tracksPerParticipant: 16,
  targetsPerParticipant: mostWanted,
  tilePixels: 16_384,
} as const;
