/** One simulcast stream, or the only one. */
export interface RtpStream {
  ssrc: number;
  payloadType: number;
  /** Ticks of the RTP clock between frames. */
  ticksPerFrame: number;
  payload: (keyFrame: boolean) => Buffer;
  /** How loud it is, in -dBov, said in a header extension with the id 1 (RFC 6464). */
  level?: number;
  sequence: number;
  timestamp: number;
  packets: number;
  octets: number;
}

/** The stream's next frame, as one RTP packet (RFC 3550 §5.1). Its payload ends with the frame's number, which no edge on the way changes. */
export function nextPacket(stream: RtpStream, keyFrame: boolean): Buffer {
  stream.timestamp = (stream.timestamp + stream.ticksPerFrame) >>> 0;
  const payload = stream.payload(keyFrame);
  payload.writeUInt32BE(stream.packets, payload.length - frameNumberBytes);
  const header = nextHeader(stream, payload.length, true);
  if (stream.level === undefined) return Buffer.concat([header, payload]);
  header[0] = 0x90;
  const extension = Buffer.from([0xbe, 0xde, 0, 1, 0x10, stream.level, 0, 0]);
  return Buffer.concat([header, extension, payload]);
}

/** The header of the stream's next packet (RFC 3550 §5.1), which is counted; `last` of its frame. */
export function nextHeader(stream: RtpStream, octets: number, last: boolean): Buffer {
  const header = Buffer.alloc(12);
  header[0] = 0x80;
  header[1] = stream.payloadType | (last ? 0x80 : 0);
  header.writeUInt16BE(stream.sequence, 2);
  header.writeUInt32BE(stream.timestamp, 4);
  header.writeUInt32BE(stream.ssrc, 8);
  stream.sequence = (stream.sequence + 1) & 0xffff;
  stream.packets++;
  stream.octets += octets;
  return header;
}

const frameNumberBytes = 4;

/** The number of the frame in a packet that {@link nextPacket} made, counted from 0 in each stream. */
export function frameNumberOf(packet: Buffer): number {
  return packet.readUInt32BE(packet.length - frameNumberBytes);
}

/** Seconds between the NTP and the Unix epoch. */
const ntpOffsetS = 2_208_988_800;

/** A sender report (RFC 3550 §6.4.1); mediasoup switches layers only after one on each. */
export function senderReport({ ssrc, timestamp, packets, octets }: RtpStream, nowMs: number): Buffer {
  const report = Buffer.alloc(28);
  report[0] = 0x80;
  report[1] = 200;
  report.writeUInt16BE(6, 2);
  report.writeUInt32BE(ssrc, 4);
  report.writeUInt32BE(Math.floor(nowMs / 1_000) + ntpOffsetS, 8);
  report.writeUInt32BE(Math.floor(((nowMs % 1_000) / 1_000) * 2 ** 32) >>> 0, 12);
  report.writeUInt32BE(timestamp, 16);
  report.writeUInt32BE(packets >>> 0, 20);
  report.writeUInt32BE(octets >>> 0, 24);
  return report;
}

/** An empty receiver report (RFC 3550 §6.4.2): the least that tells the other side where we are. */
export function receiverReport(ssrc: number): Buffer {
  const report = Buffer.alloc(8);
  report[0] = 0x80;
  report[1] = 201;
  report.writeUInt16BE(1, 2);
  report.writeUInt32BE(ssrc, 4);
  return report;
}

/** A receiver report on one stream (RFC 3550 §6.4.2) of which that many packets were lost so far. */
export function lossReport(ssrc: number, lost: number): Buffer {
  const report = Buffer.concat([receiverReport(1), Buffer.alloc(24)]);
  report[0] = 0x81;
  report.writeUInt16BE(7, 2);
  report.writeUInt32BE(ssrc, 8);
  report.writeUIntBE(lost, 13, 3);
  return report;
}

/** What follows the header, its contributing sources and its extension (RFC 3550 §5.1, §5.3.1). */
export function payloadOf(packet: Buffer): Buffer {
  const first = packet[0] ?? 0;
  const sources = 12 + 4 * (first & 0x0f);
  const extension = (first & 0x10) === 0 ? 0 : 4 + 4 * packet.readUInt16BE(sources + 2);
  return packet.subarray(sources + extension);
}

/** True for VP8, one packet a frame, if the frame is a keyframe: the P bit after the payload descriptor (RFC 7741 §4.2, §4.3). */
export function isVp8KeyFrame(packet: Buffer): boolean {
  const payload = payloadOf(packet);
  const extended = ((payload[0] ?? 0) & 0x80) !== 0;
  if (!extended) return ((payload[1] ?? 1) & 0x01) === 0;
  const flags = payload[1] ?? 0;
  let at = 2;
  if ((flags & 0x80) !== 0) at += ((payload[at] ?? 0) & 0x80) !== 0 ? 2 : 1;
  if ((flags & 0x40) !== 0) at += 1;
  if ((flags & 0x30) !== 0) at += 1;
  return ((payload[at] ?? 1) & 0x01) === 0;
}

/** True for RTCP among RTP on one port (RFC 5761 §4). */
export function isRtcp(packet: Buffer): boolean {
  const type = packet[1] ?? 0;
  return type >= 192 && type <= 223;
}

/** The streams that a compound RTCP packet asks keyframes of (PLI or FIR, RFC 4585 §6.3.1, RFC 5104 §4.3.1), by SSRC. */
export function keyFrameRequests(packet: Buffer): number[] {
  const ssrcs: number[] = [];
  for (let offset = 0; offset + 12 <= packet.length; offset += (packet.readUInt16BE(offset + 2) + 1) * 4) {
    const format = (packet[offset] ?? 0) & 0x1f;
    if (packet[offset + 1] !== 206) continue;
    if (format === 1) ssrcs.push(packet.readUInt32BE(offset + 8));
    else if (format === 4 && offset + 16 <= packet.length) ssrcs.push(packet.readUInt32BE(offset + 12));
  }
  return ssrcs;
}

/** A VP8 payload of that many bytes (RFC 7741): descriptor, then the start of a frame. */
export function vp8Payload(size: number, keyFrame: boolean): Buffer {
  const payload = Buffer.alloc(Math.max(size, 11));
  payload[0] = 0x10;
  payload[1] = keyFrame ? 0x00 : 0x01;
  if (keyFrame) {
    payload.set([0x9d, 0x01, 0x2a], 4);
    payload.writeUInt16LE(320, 7);
    payload.writeUInt16LE(180, 9);
  }
  return payload;
}

/** A VP9 payload of that many bytes (RFC 9628 §4.2): a whole frame of the lowest layer, in the non-flexible mode. */
export function vp9Payload(size: number, keyFrame: boolean): Buffer {
  const payload = Buffer.alloc(size);
  payload[0] = (keyFrame ? 0 : 0x40) | 0x2c;
  return payload;
}

/** A picture loss indication (RFC 4585 §6.3.1): a request for a keyframe of a stream. */
export function pictureLoss(mediaSsrc: number): Buffer {
  const packet = Buffer.alloc(12);
  packet[0] = 0x81;
  packet[1] = 206;
  packet.writeUInt16BE(2, 2);
  packet.writeUInt32BE(1, 4);
  packet.writeUInt32BE(mediaSsrc, 8);
  return packet;
}

/** A generic NACK (RFC 4585 §6.2.1) for one packet of a stream. */
export function nack(mediaSsrc: number, sequence: number): Buffer {
  const packet = Buffer.alloc(16);
  packet[0] = 0x81;
  packet[1] = 205;
  packet.writeUInt16BE(3, 2);
  packet.writeUInt32BE(1, 4);
  packet.writeUInt32BE(mediaSsrc, 8);
  packet.writeUInt16BE(sequence, 12);
  return packet;
}
