import { TrackKind, type TransportParameters } from '@canopy/proto/media';
import { parse } from 'sdp-transform';
import { describe, expect, it } from 'vitest';
import { writeAnswer } from './answer.ts';
import { knownCodecs } from './codecs.ts';
import { usernameFragmentIn, writeFragment } from './fragment.ts';
import { readOffer } from './offer.ts';
import { capabilitiesOf, receivedTracks } from './received-tracks.ts';
import { sentTracks } from './sent-tracks.ts';
import { chromiumOffer, firefoxOffer, obsOffer } from './testing/offers.ts';

const transport: TransportParameters = {
  id: 't',
  iceParameters: { usernameFragment: 'serverfragment', password: 'serverpassword', iceLite: true },
  iceCandidates: [
    { foundation: 'u', priority: 1_076_302_079, address: '198.51.100.1', protocol: 'udp', port: 40_000, type: 'host' },
    {
      foundation: 't',
      priority: 1_076_276_479,
      address: '198.51.100.1',
      protocol: 'tcp',
      port: 40_000,
      type: 'host',
      tcpType: 'passive',
    },
  ],
  dtlsParameters: { role: 'auto', fingerprints: [{ algorithm: 'sha-256', value: 'AA:BB' }] },
  iceServers: [],
};

const parametersOf = (sdp: string, kind: TrackKind) =>
  sentTracks(readOffer(sdp)).find((track) => track.kind === kind)?.rtpParameters;
const answerTo = (sdp: string) => {
  const offer = readOffer(sdp);
  return writeAnswer(offer, sentTracks(offer), transport, 'recvonly');
};
const invalid = expect.objectContaining({ code: 'SDP_INVALID' });

describe('what is taken of an offer', () => {
  it("has Chromium's ICE and DTLS, as the active part", () => {
    const { ice, dtls } = readOffer(chromiumOffer);
    expect(ice).toEqual({ usernameFragment: '4ZcD', password: '2/1muCWoOi3uLifh0NuRHlGi' });
    expect(dtls).toEqual({ role: 'client', fingerprints: [{ algorithm: 'sha-256', value: expect.any(String) }] });
  });

  it("has Chromium's first codec, the feedback that is known, and its layers by RID", () => {
    const camera = parametersOf(chromiumOffer, TrackKind.VIDEO);
    expect(camera?.codecs.map(({ mimeType, payloadType }) => [mimeType, payloadType])).toEqual([
      ['video/VP8', 96],
      ['video/rtx', 97],
    ]);
    expect(camera?.codecs[0]?.rtcpFeedback).toContainEqual({ type: 'nack', parameter: 'pli' });
    expect(camera?.codecs[0]?.rtcpFeedback).not.toContainEqual({ type: 'x-unknown', parameter: '' });
    expect(camera?.encodings).toEqual([{ rid: 'q' }, { rid: 'h' }, { rid: 'f' }]);
    expect(camera?.headerExtensions).toContainEqual(
      expect.objectContaining({ uri: 'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id', id: 10 }),
    );
    expect(camera?.headerExtensions.map(({ id }) => id)).not.toContain(99);
  });

  it('has each payload type once, however often it is offered', () => {
    const again = (payload: unknown) => Array.from({ length: 1_000 }, () => payload).join(' ');
    const hostile = chromiumOffer.replace(
      'SAVPF 111 63',
      `SAVPF ${again(111)} ${again(-1)} ${again(4_000)} ${again('x')}`,
    );
    const [microphone] = parse(hostile).media;
    expect(microphone && knownCodecs('audio', microphone)).toHaveLength(1);
  });

  it("has Firefox's stream with the one that repairs it", () => {
    const camera = parametersOf(firefoxOffer, TrackKind.VIDEO);
    expect(camera?.codecs.map(({ payloadType }) => payloadType)).toEqual([120, 124]);
    expect(camera?.encodings).toEqual([{ ssrc: 3_383_166_580, rtxSsrc: 3_383_166_581 }]);
  });

  it("has OBS's H.264 and Opus", () => {
    expect(parametersOf(obsOffer, TrackKind.VIDEO)).toMatchObject({
      codecs: [{ mimeType: 'video/H264', payloadType: 96, parameters: { 'packetization-mode': 1 } }],
      encodings: [{ ssrc: 3_388_250_002 }],
      rtcp: { cname: 'obs', reducedSize: false },
    });
    expect(parametersOf(obsOffer, TrackKind.AUDIO)?.codecs[0]).toMatchObject({ mimeType: 'audio/opus', channels: 2 });
  });

  it.each([
    ['constrained baseline by its other name', '42c01f', true],
    ['high', '64001f', true],
    ['main, which the mesh does not speak', '4d001f', false],
  ])('takes or leaves H.264 by its profile: %s', (_, profile, isTaken) => {
    const video = parametersOf(obsOffer.replace('42e01f', profile), TrackKind.VIDEO);
    expect(video !== undefined).toBe(isTaken);
  });

  it('is one audio and one video, of those that send and share the transport', () => {
    expect(sentTracks(readOffer(obsOffer.replaceAll('sendonly', 'recvonly')))).toEqual([]);
    expect(sentTracks(readOffer(obsOffer.replace('BUNDLE 0 1', 'BUNDLE 0'))).map(({ mid }) => mid)).toEqual(['0']);
  });

  it.each([
    ['no media', 'v=0\r\ns=-\r\nt=0 0\r\n'],
    ['not SDP at all', '{"sdp": true}'],
    ['no fingerprint', obsOffer.replace(/a=fingerprint.*\r\n/, '')],
    ['an outdated fingerprint', obsOffer.replace('sha-256', 'sha-1')],
    ['no ICE credentials', obsOffer.replace(/a=ice-ufrag.*\r\n/, '')],
    ['a mid twice', obsOffer.replace('a=mid:1', 'a=mid:0')],
    ['endless media', obsOffer + 'm=audio 9 UDP/TLS/RTP/SAVPF 0\r\n'.repeat(40)],
  ])('is nothing where the offer has %s', (_, offer) => {
    expect(() => readOffer(offer)).toThrow(invalid);
  });
});

describe('an answer', () => {
  it('takes all media over one passive transport, with its UDP and TCP candidates', () => {
    const { groups, icelite, media } = parse(answerTo(chromiumOffer));
    expect(groups).toEqual([{ type: 'BUNDLE', mids: '0 1' }]);
    expect(icelite).toBe('ice-lite');
    expect(media).toHaveLength(2);
    for (const section of media) {
      expect(section).toMatchObject({ setup: 'passive', direction: 'recvonly', iceUfrag: 'serverfragment' });
      expect(section.rtcpMux).toBe('rtcp-mux');
      expect(section.candidates?.map(({ transport: over, tcptype }) => [over, tcptype])).toEqual([
        ['udp', undefined],
        ['tcp', 'passive'],
      ]);
    }
  });

  it('receives the layers offered, with the ids and payload types offered', () => {
    const [, video] = parse(answerTo(chromiumOffer)).media;
    expect(video?.payloads).toBe('96 97');
    expect(video?.rids?.map(({ id, direction }) => [id, direction])).toEqual([
      ['q', 'recv'],
      ['h', 'recv'],
      ['f', 'recv'],
    ]);
    expect(video?.simulcast).toMatchObject({ dir1: 'recv', list1: 'q;h;f' });
  });

  it('refuses with port 0 what is not taken, and leaves it out of the bundle', () => {
    const { groups, media } = parse(answerTo(obsOffer.replace('42e01f', '4d001f')));
    expect(media.map(({ port }) => port)).toEqual([9, 0]);
    expect(groups?.[0]?.mids).toBe(0);
  });

  it('is the active part for a client that is passive', () => {
    expect(parse(answerTo(obsOffer.replace('actpass', 'passive'))).media[0]?.setup).toBe('active');
  });
});

describe('a fragment', () => {
  const ice = { usernameFragment: 'new1', password: 'newpassword', iceLite: true };

  it('tells which ICE session it is for', () => {
    const fragment = 'a=ice-ufrag:EsAw\r\na=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1\r\nm=audio 9 RTP/AVP 0\r\na=mid:0\r\n';
    expect(usernameFragmentIn(fragment)).toBe('EsAw');
    expect(() => usernameFragmentIn('a=mid:0\r\n')).toThrow(invalid);
  });

  it('carries the new credentials and candidates, and nothing of a session description', () => {
    const fragment = writeFragment('0', ice, transport.iceCandidates);
    expect(usernameFragmentIn(fragment)).toBe('new1');
    expect(fragment).toContain('typ host tcptype passive');
    expect(fragment).not.toMatch(/^[vosct]=/m);
  });
});

describe('an offer to receive', () => {
  const player = chromiumOffer
    .replaceAll('a=sendonly', 'a=recvonly')
    .replace(/^a=(rid|simulcast|ssrc|msid):.*\r\n/gm, '');
  const offer = readOffer(player);
  const taken = receivedTracks(offer);

  it('is sent any codec of the mesh that it names, with its own payload types', () => {
    const { codecs, headerExtensions } = capabilitiesOf(taken);
    expect(codecs.map(({ mimeType, preferredPayloadType }) => [mimeType, preferredPayloadType])).toEqual([
      ['audio/opus', 111],
      ['video/VP8', 96],
      ['video/H264', 103],
    ]);
    expect(codecs[1]?.rtcpFeedback.map(({ type }) => type)).toEqual(['ccm', 'nack', 'nack']);
    expect(headerExtensions).toEqual([]);
  });

  it('is answered with one stream, of no SSRC and no header extension', () => {
    const text = writeAnswer(offer, taken, transport, 'sendonly');
    const { media } = parse(text);
    expect(media.map(({ direction, payloads }) => [direction, String(payloads)])).toEqual([
      ['sendonly', '111'],
      ['sendonly', '96 103'],
    ]);
    expect(media.map(({ msid }) => msid)).toEqual([
      [{ id: 'stage', appdata: 'audio' }],
      [{ id: 'stage', appdata: 'video' }],
    ]);
    expect(text).not.toMatch(/^a=(ssrc|extmap:|rtcp-fb:96 (transport-cc|goog-remb))/m);
  });

  it('is taken one m-line of each kind of, and nothing that only sends', () => {
    const second = player.slice(player.indexOf('m=audio'), player.indexOf('m=video')).replace('a=mid:0', 'a=mid:2');
    const more = readOffer(player.replace('BUNDLE 0 1', 'BUNDLE 0 1 2') + second);
    expect(receivedTracks(more).map(({ mid }) => mid)).toEqual(['0', '1']);
    expect(parse(writeAnswer(more, receivedTracks(more), transport, 'sendonly')).media[2]?.port).toBe(0);
    expect(receivedTracks(readOffer(chromiumOffer))).toEqual([]);
  });
});
