/** What precedes every encrypted frame (RFC 9605 §4.3): which key it takes, and how many frames that key has encrypted before. Both are below 2⁶⁴. */
export interface SFrameHeader {
  keyId: bigint;
  counter: bigint;
}

/** One byte of configuration, then each number in as few bytes as it takes; numbers below eight stand in the configuration itself. */
export function encodeHeader({ keyId, counter }: SFrameHeader): Uint8Array<ArrayBuffer> {
  const [keyIdCode, keyIdBytes] = encodeNumber(keyId);
  const [counterCode, counterBytes] = encodeNumber(counter);
  return Uint8Array.of((keyIdCode << 4) | counterCode, ...keyIdBytes, ...counterBytes);
}

/** Undefined if the frame is too short for what it says of itself. */
export function decodeHeader(frame: Uint8Array): (SFrameHeader & { length: number }) | undefined {
  const config = frame[0];
  if (config === undefined) return undefined;
  const keyIdLength = extraBytes(config >> 4);
  const length = 1 + keyIdLength + extraBytes(config & 0xf);
  if (length > frame.length) return undefined;
  const keyId = decodeNumber(config >> 4, frame.subarray(1, 1 + keyIdLength));
  const counter = decodeNumber(config & 0xf, frame.subarray(1 + keyIdLength, length));
  return { keyId, counter, length };
}

/** The number as eight bytes in network order. */
export function uint64(value: bigint): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, value);
  return bytes;
}

function encodeNumber(value: bigint): [code: number, bytes: Uint8Array] {
  if (value < 8n) return [Number(value), new Uint8Array()];
  const bytes = uint64(value);
  const significant = bytes.subarray(bytes.findIndex((byte) => byte !== 0));
  return [8 | (significant.length - 1), significant];
}

/** Four bits hold a small number, or behind a one how many bytes follow, less one. */
function extraBytes(code: number): number {
  return code < 8 ? 0 : (code & 7) + 1;
}

function decodeNumber(code: number, bytes: Uint8Array): bigint {
  if (code < 8) return BigInt(code);
  return bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
}
