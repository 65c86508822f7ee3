const payloadSpecificFeedback = 206;
const pictureLoss = 1;
const fullIntra = 4;

/** The streams that a compound RTCP packet asks a keyframe of, by SSRC (PLI: RFC 4585 §6.3.1, FIR: RFC 5104 §4.3.1). */
export function keyFrameRequests(packet: Buffer): number[] {
  const ssrcs: number[] = [];
  for (let offset = 0; offset + 4 <= packet.length; offset += (packet.readUInt16BE(offset + 2) + 1) * 4) {
    if (packet[offset + 1] !== payloadSpecificFeedback) continue;
    const format = (packet[offset] ?? 0) & 0x1f;
    if (format === pictureLoss) ssrcs.push(packet.readUInt32BE(offset + 8));
    if (format === fullIntra) ssrcs.push(packet.readUInt32BE(offset + 12));
  }
  return ssrcs;
}

/** When something was seen (ms): not before the observer was last free to look, not after it was noted. */
export interface Sighting {
  earliest: number;
  latest: number;
}

/** The most of these times (ms, ascending) that lie within one window of that length. */
export function mostWithin(times: readonly number[], windowMs: number): number {
  return mostSurelyWithin(
    times.map((time) => ({ earliest: time, latest: time })),
    windowMs,
  );
}

/** The same for sightings in their order, where only those count that were within one window even if the first came as early and the last as late as can be. */
export function mostSurelyWithin(sightings: readonly Sighting[], windowMs: number): number {
  let first = 0;
  let most = 0;
  for (const [last, { latest }] of sightings.entries()) {
    while (first < last && latest - (sightings[first]?.earliest ?? latest) >= windowMs) first += 1;
    most = Math.max(most, last - first + 1);
  }
  return most;
}
