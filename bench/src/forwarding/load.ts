import { nextPacket, type RtpStream, senderReport, vp8Payload } from '../../../edge-node/src/testing/rtp.ts';

/** What one camera sends: packets of one size, some at a time. */
export interface Load {
  /** RTP, header included; SRTP, UDP and IP add to it. */
  packetBytes: number;
  packetsPerBurst: number;
  burstsPerSecond: number;
}

export const payloadType = 96;
const rtpHeaderBytes = 12;
const vp8ClockRate = 90_000;

/** Sends VP8 without a codec, a keyframe and a sender report each second. */
export class RtpSource {
  readonly ssrc = 1 + Math.floor(Math.random() * 0x7fff_ffff);
  readonly #load: Load;
  readonly #stream: RtpStream;
  #timer: NodeJS.Timeout | undefined;

  constructor(load: Load) {
    this.#load = load;
    const perSecond = load.packetsPerBurst * load.burstsPerSecond;
    this.#stream = {
      ssrc: this.ssrc,
      payloadType,
      ticksPerFrame: Math.round(vp8ClockRate / perSecond),
      payload: (keyFrame) => vp8Payload(load.packetBytes - rtpHeaderBytes, keyFrame),
      sequence: 1,
      timestamp: 0,
      packets: 0,
      octets: 0,
    };
  }

  /** Sent so far, RTP alone. */
  get packets(): number {
    return this.#stream.packets;
  }

  start(send: (packet: Buffer) => void): void {
    const { packetsPerBurst, burstsPerSecond } = this.#load;
    const perSecond = packetsPerBurst * burstsPerSecond;
    this.#timer = setInterval(() => {
      for (let sent = 0; sent < packetsPerBurst; sent++) {
        const newSecond = this.#stream.packets % perSecond === 0;
        send(nextPacket(this.#stream, newSecond));
        if (newSecond) send(senderReport(this.#stream, Date.now()));
      }
    }, 1_000 / burstsPerSecond);
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
