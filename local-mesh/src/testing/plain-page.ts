import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Page } from 'playwright-core';

/** An origin that is not the mesh's: its pages are empty, and know nothing of Canopy. */
export async function plainOrigin(): Promise<AsyncDisposable & { url: string }> {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html').end('<!doctype html><title>Plain</title>');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}/`,
    [Symbol.asyncDispose]: async () => void server.close(),
  };
}

/**
 * What WHIP and WHEP are to a page, with fetch and RTCPeerConnection alone: `publish(url, token)` a fake camera and microphone,
 * or `play(url, token)` in a video; then `restart()` ICE and `end()` it. Each resolves with the status of the answer.
 */
const script = `
  window.negotiate = async (url, token) => {
    await pc.setLocalDescription();
    const headers = { authorization: 'Bearer ' + token, 'content-type': 'application/sdp' };
    const response = await fetch(url, { method: 'POST', headers, body: pc.localDescription.sdp });
    if (!response.ok) return response.status;
    window.resource = new URL(response.headers.get('location'), url).href;
    window.token = token;
    await pc.setRemoteDescription({ type: 'answer', sdp: await response.text() });
    return response.status;
  };
  window.publish = async (url, token) => {
    window.pc = new RTCPeerConnection();
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
    for (const track of stream.getTracks()) {
      const init = { direction: 'sendonly', streams: [stream] };
      if (track.kind === 'video') init.sendEncodings = [{ rid: 'q', scaleResolutionDownBy: 4 }, { rid: 'f' }];
      pc.addTransceiver(track, init);
    }
    return negotiate(url, token);
  };
  window.play = async (url, token) => {
    window.pc = new RTCPeerConnection();
    const video = document.body.appendChild(document.createElement('video'));
    video.autoplay = true;
    video.muted = true;
    pc.ontrack = ({ streams: [stream] }) => { video.srcObject = stream; };
    pc.addTransceiver('audio', { direction: 'recvonly' });
    pc.addTransceiver('video', { direction: 'recvonly' });
    return negotiate(url, token);
  };
  window.restart = async () => {
    const offer = await pc.createOffer({ iceRestart: true });
    await pc.setLocalDescription(offer);
    const line = (sdp, name) => new RegExp('^a=' + name + ':.*$', 'm').exec(sdp)[0].trim();
    const body = [line(offer.sdp, 'ice-ufrag'), line(offer.sdp, 'ice-pwd'), 'm=audio 9 UDP/TLS/RTP/SAVPF 0', 'a=mid:0', '']
      .join('\\r\\n');
    const headers = {
      authorization: 'Bearer ' + token,
      'content-type': 'application/trickle-ice-sdpfrag',
      'if-match': '*',
    };
    const response = await fetch(resource, { method: 'PATCH', headers, body });
    const fragment = await response.text();
    const before = pc.currentRemoteDescription.sdp;
    const sdp = before
      .replace(/^a=ice-ufrag:.*$/gm, line(fragment, 'ice-ufrag'))
      .replace(/^a=ice-pwd:.*$/gm, line(fragment, 'ice-pwd'));
    await pc.setRemoteDescription({ type: 'answer', sdp });
    return response.status;
  };
  window.end = async () => (await fetch(resource, { method: 'DELETE', headers: { authorization: 'Bearer ' + token } })).status;
`;

export async function openPlainPage(page: Page, origin: string): Promise<void> {
  await page.goto(origin);
  await page.evaluate(script);
}

/** Of what a plain page plays: pictures shown so far, and packets of the sound that plays now. */
export function played(page: Page): Promise<{ frames: number; audioPackets: number }> {
  return page.evaluate(`(async () => {
    const stats = [...(await pc.getStats()).values()];
    const audio = stats.find(({ type, kind }) => type === 'inbound-rtp' && kind === 'audio');
    const frames = document.querySelector('video').getVideoPlaybackQuality().totalVideoFrames;
    return { frames, audioPackets: audio?.packetsReceived ?? 0 };
  })()`);
}
