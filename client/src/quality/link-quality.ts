/** What a few seconds of statistics say of one direction and the other. Shares are between 0 and 1; `undefined`: not measured. */
export interface LinkSample {
  rttMs: number | undefined;
  /** Share of this participant's packets that did not arrive at the edge. */
  uploadLoss: number | undefined;
  /** Something is sent, and smaller than wished for because of this (RTCOutboundRtpStreamStats.qualityLimitationReason). */
  uploadLimitedBy: 'bandwidth' | 'cpu' | undefined;
  /** Share of packets that did not arrive here. */
  downloadLoss: number | undefined;
  jitterMs: number | undefined;
  /** Pictures are sent here smaller than wished for, because the connection does not carry more. */
  picturesLowered: boolean;
  /** Share of the time that pictures stood still. */
  frozen: number | undefined;
}

/** From 1 (hardly usable) to 4 (good). */
export type QualityScore = 1 | 2 | 3 | 4;

/** What lowers the quality most. `pictures`: all that is sent arrives, but the pictures are sent smaller than wished for. */
export type QualityCause = 'upload' | 'download' | 'pictures' | 'delay' | 'computer';

export interface LinkQuality {
  readonly score: QualityScore;
  /** Null while all is well. */
  readonly cause: QualityCause | null;
  /** The own camera is sent smaller or with fewer frames than wished for. */
  readonly cameraLowered: boolean;
}

/** From the first value on it is fair, from the second poor, from the third bad. Loss and delay by what they do to speech (ITU-T G.107 and G.114: up to 150 ms one way goes unnoticed, 400 ms is the limit). */
const limits = {
  loss: [0.02, 0.06, 0.15],
  rttMs: [250, 450, 800],
  jitterMs: [30, 70, 150],
  frozen: [0.03, 0.1, 0.3],
} as const;

/** Grades a sample by its worst part, and names that part. */
export function qualityOf(sample: LinkSample): LinkQuality {
  const { uploadLimitedBy } = sample;
  // Of equals the first is named: what is seen before what is measured.
  const parts: { cause: QualityCause; score: QualityScore }[] = [
    { cause: 'computer', score: uploadLimitedBy === 'cpu' ? 3 : 4 },
    { cause: 'pictures', score: sample.picturesLowered ? 3 : 4 },
    { cause: 'upload', score: uploadLimitedBy === 'bandwidth' ? 2 : 4 },
    { cause: 'upload', score: grade(sample.uploadLoss, limits.loss) },
    { cause: 'download', score: grade(sample.downloadLoss, limits.loss) },
    { cause: 'download', score: grade(sample.jitterMs, limits.jitterMs) },
    { cause: 'download', score: grade(sample.frozen, limits.frozen) },
    { cause: 'delay', score: grade(sample.rttMs, limits.rttMs) },
  ];
  const worst = parts.reduce((a, b) => (b.score < a.score ? b : a));
  return {
    score: worst.score,
    cause: worst.score === 4 ? null : worst.cause,
    cameraLowered: uploadLimitedBy !== undefined,
  };
}

function grade(value: number | undefined, [fair, poor, bad]: readonly [number, number, number]): QualityScore {
  if (value === undefined || value < fair) return 4;
  if (value < poor) return 3;
  return value < bad ? 2 : 1;
}

/** How many samples in a row must be better before the quality is called better. */
const samplesToRecover = 3;

/** The quality shown, and how many samples in a row were better than it. */
export interface SteadyQuality {
  readonly shown: LinkQuality;
  readonly better: number;
}

/** Worse is said at once; better only when it stays so: an icon that flickers tells nobody anything. */
export function steady(before: SteadyQuality | undefined, now: LinkQuality): SteadyQuality {
  if (before === undefined || now.score <= before.shown.score) return { shown: now, better: 0 };
  const better = before.better + 1;
  return better >= samplesToRecover ? { shown: now, better: 0 } : { shown: before.shown, better };
}
