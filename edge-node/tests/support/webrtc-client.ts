import { DtlsParameters, type TransportParameters } from '@canopy/proto/media';
import type { Browser, Page } from 'playwright-core';

/** What runs in the page. */
const script = `
  const peer = new RTCPeerConnection();
  window.offer = async () => {
    peer.addTransceiver('audio', { direction: 'recvonly' });
    await peer.setLocalDescription();
    return peer.localDescription.sdp;
  };
  window.connect = async (sdp) => {
    const connected = new Promise((resolve) => {
      peer.onconnectionstatechange = () => peer.connectionState === 'connected' && resolve();
    });
    await peer.setRemoteDescription({ type: 'answer', sdp });
    await connected;
  };
  window.hangUp = () => peer.close();
`;

/** A browser's RTCPeerConnection on one transport of an edge. It is sent no media: it is there, and then it is gone. */
export class WebRtcClient {
  readonly #page: Page;
  readonly dtlsParameters: DtlsParameters;

  static async start(browser: Browser): Promise<WebRtcClient> {
    const page = await browser.newPage();
    await page.addScriptTag({ content: script });
    return new WebRtcClient(page, await page.evaluate<string>('offer()'));
  }

  private constructor(page: Page, offer: string) {
    this.#page = page;
    const [, algorithm = '', value = ''] = /a=fingerprint:(\S+) (\S+)/.exec(offer) ?? [];
    this.dtlsParameters = DtlsParameters.fromPartial({ role: 'client', fingerprints: [{ algorithm, value }] });
  }

  /** Resolves when DTLS is up. */
  async connect(transport: TransportParameters | undefined): Promise<void> {
    if (transport === undefined) throw new Error('no transport to connect to');
    await this.#page.evaluate(`connect(${JSON.stringify(answer(transport))})`);
  }

  /** Ends DTLS, as an application does that leaves. */
  async hangUp(): Promise<void> {
    await this.#page.evaluate('hangUp()');
  }
}

function answer({ iceParameters, iceCandidates, dtlsParameters }: TransportParameters): string {
  const { algorithm, value } = dtlsParameters?.fingerprints.find((one) => one.algorithm === 'sha-256') ?? {};
  const candidates = iceCandidates.map(
    ({ foundation, priority, address, protocol, port, type }) =>
      `a=candidate:${foundation} 1 ${protocol} ${priority} ${address} ${port} typ ${type}`,
  );
  const lines = [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    'a=ice-lite',
    'a=group:BUNDLE 0',
    'm=audio 7 UDP/TLS/RTP/SAVPF 111',
    'c=IN IP4 127.0.0.1',
    'a=mid:0',
    'a=sendonly',
    'a=rtpmap:111 opus/48000/2',
    'a=rtcp-mux',
    'a=setup:passive',
    `a=ice-ufrag:${iceParameters?.usernameFragment}`,
    `a=ice-pwd:${iceParameters?.password}`,
    `a=fingerprint:${algorithm} ${value}`,
    ...candidates.filter((line) => line.includes(' udp ')),
    'a=end-of-candidates',
  ];
  return `${lines.join('\r\n')}\r\n`;
}
