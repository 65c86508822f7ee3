import type { RtpParameters } from '@canopy/proto/media';
import { describe, expect, it } from 'vitest';
import { describeStream } from './sdp.ts';

const parameters = (codec: Partial<RtpParameters['codecs'][number]>): RtpParameters => ({
  codecs: [{ mimeType: 'video/H264', payloadType: 107, clockRate: 90_000, rtcpFeedback: [], ...codec }],
  headerExtensions: [],
  encodings: [],
});

describe('the description of a stream', () => {
  it('names the codec, its rate and its format', () => {
    const sdp = describeStream(parameters({ parameters: { 'packetization-mode': 1 } }), 5_004);
    expect(sdp).toContain('m=video 5004 RTP/AVP 107\r\na=rtpmap:107 H264/90000\r\na=fmtp:107 packetization-mode=1\r\n');
  });

  it('names the channels of sound', () => {
    const opus = { mimeType: 'audio/opus', payloadType: 111, clockRate: 48_000, channels: 2 };
    expect(describeStream(parameters(opus), 5_004)).toContain('a=rtpmap:111 opus/48000/2\r\n');
  });

  it('takes over no parameter that would begin a line of its own', () => {
    const sdp = describeStream(
      parameters({ parameters: { 'sprop\r\na': 'x', level: '1\r\nc=IN IP4 192.0.2.1' } }),
      5_004,
    );
    expect(sdp).not.toContain('192.0.2.1');
    expect(sdp).not.toContain('fmtp');
  });
});
