/** Of a key frame of VP8 the frame tag, start code and size; of others the tag (RFC 6386 §9.1). */
const vp8KeyFrame = 10;
const vp8OtherFrame = 3;
/** Of Opus its configuration (RFC 6716 §3.1). */
const opus = 1;

/**
 * How many bytes at the beginning of a frame stay readable: what servers and the receiving browser need to see before it
 * is decrypted, to tell key frames. They say nothing of the picture or sound but its size, and can't be changed unnoticed.
 * The same for a frame before and after it is encrypted.
 */
export function clearBytes(kind: 'audio' | 'video', frame: Uint8Array): number {
  if (kind === 'audio') return Math.min(opus, frame.length);
  const isKeyFrame = ((frame[0] ?? 1) & 1) === 0;
  return Math.min(isKeyFrame ? vp8KeyFrame : vp8OtherFrame, frame.length);
}
