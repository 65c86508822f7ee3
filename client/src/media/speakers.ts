/** Loudness between 0 and 1 of one participant (RTCRtpContributingSource.audioLevel: 1 is 0 dBov). */
export interface SpeakerLevel {
  participantId: string;
  level: number;
}

/** −34 dBov to begin with and −39 dBov to go on: two thresholds, so that a ring doesn't flicker. Safari tells steps of 20 dB only, of which 0.01, for all from −40 down to −59 dBov, may be a room. */
const beginLevel = 0.02;
const stayLevel = 0.011;
/** The pause between two words is no end. */
const holdMs = 700;

/** Who speaks at `now`, given who spoke before: participant id → time when they were last heard, in ms. */
export function speakersAt(
  now: number,
  before: ReadonlyMap<string, number>,
  levels: readonly SpeakerLevel[],
): ReadonlyMap<string, number> {
  const heard = levels.filter(
    ({ participantId, level }) => level >= (before.has(participantId) ? stayLevel : beginLevel),
  );
  // Not longer where the clock was set back.
  const held = [...before].filter(([, lastHeardAt]) => Math.abs(now - lastHeardAt) < holdMs);
  return new Map([...held, ...heard.map(({ participantId }) => [participantId, now] as const)]);
}
