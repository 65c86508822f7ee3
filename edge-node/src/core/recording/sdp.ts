import type { RtpParameters } from '@canopy/proto/media';

/** Describes one RTP stream that comes to a port on loopback (RFC 8866), for a program that receives it. */
export function describeStream({ codecs }: RtpParameters, port: number): string {
  const [codec] = codecs;
  if (codec === undefined) throw new Error('a stream has a codec');
  const { mimeType, payloadType, clockRate, channels, parameters } = codec;
  const [kind = '', name = ''] = mimeType.split('/');
  const rate = channels === undefined || channels === 1 ? `${clockRate}` : `${clockRate}/${channels}`;
  const format = Object.entries(parameters ?? {}).flatMap(([key, value]) => plain(key, value));
  return [
    'v=0',
    'o=- 0 0 IN IP4 127.0.0.1',
    's=-',
    'c=IN IP4 127.0.0.1',
    't=0 0',
    `m=${kind.toLowerCase()} ${port} RTP/AVP ${payloadType}`,
    `a=rtpmap:${payloadType} ${name}/${rate}`,
    ...(format.length === 0 ? [] : [`a=fmtp:${payloadType} ${format.join(';')}`]),
    'a=recvonly',
    '',
  ].join('\r\n');
}

/** What publishers chose is not to end a line and begin another. */
function plain(key: string, value: unknown): string[] {
  const text = `${key}=${String(value)}`;
  return /^[\w-]+=[\w+/=,.-]*$/.test(text) ? [text] : [];
}
