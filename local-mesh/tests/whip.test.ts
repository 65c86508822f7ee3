import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type Mesh, startMesh } from '../src/index.ts';
import { launchChromium } from '../src/testing/chromium.ts';
import { createMeeting } from '../src/testing/meetings.ts';

let mesh: Mesh;
let browser: Browser;

beforeAll(async () => {
  [mesh, browser] = await Promise.all([startMesh({ regions: ['eu-central-1', 'us-east-1'] }), launchChromium()]);
});

afterAll(async () => {
  await browser?.close();
  await mesh?.stop();
});

async function newPage(): Promise<Page> {
  const context = await browser.newContext();
  onTestFinished(() => context.close());
  return context.newPage();
}

async function tokenFor(meetingId: string, name: string): Promise<string> {
  const response = await fetch(`${mesh.url}/v1/meetings/${meetingId}/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name, role: 'panelist' }),
  });
  const { token } = await response.json();
  return token;
}

/** A page of another origin that knows nothing of Canopy: fetch and RTCPeerConnection. */
const publisher = `
  window.publish = async (url, token) => {
    const pc = window.pc = new RTCPeerConnection();
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
    for (const track of stream.getTracks()) {
      const init = { direction: 'sendonly', streams: [stream] };
      if (track.kind === 'video') init.sendEncodings = [{ rid: 'q', scaleResolutionDownBy: 4 }, { rid: 'f' }];
      pc.addTransceiver(track, init);
    }
    await pc.setLocalDescription();
    const headers = { authorization: 'Bearer ' + token, 'content-type': 'application/sdp' };
    const response = await fetch(url, { method: 'POST', headers, body: pc.localDescription.sdp });
    if (!response.ok) return response.status;
    window.resource = new URL(response.headers.get('location'), url).href;
    window.token = token;
    await pc.setRemoteDescription({ type: 'answer', sdp: await response.text() });
    return response.status;
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

/** The address of an empty page that is not the mesh's. */
async function originOfItsOwn(): Promise<string> {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html').end('<!doctype html><title>Plain</title>');
  });
  onTestFinished(() => void server.close());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `http://127.0.0.1:${address.port}/`;
}

/** Frames painted so far of somebody else. */
function frames(page: Page): Promise<number> {
  return page.evaluate(
    `document.querySelector('[data-testid=tile][data-kind=remote] video')?.getVideoPlaybackQuality().totalVideoFrames ?? 0`,
  );
}

async function seesMore(page: Page): Promise<void> {
  const before = await frames(page);
  await expect.poll(() => frames(page), { timeout: 20_000 }).toBeGreaterThan(before + 10);
}

test('a plain page publishes by WHIP, a participant in another region sees it, ICE restarts, DELETE ends it', async () => {
  const meetingId = await createMeeting(mesh.url, { title: 'Studio' });
  const watcher = await newPage();
  await watcher.goto(`${mesh.url}/m/${meetingId}`);
  await watcher.getByTestId('join-name').fill('Mara Lindqvist');
  await watcher.getByTestId('join-from').selectOption('us-east-1');
  await watcher.getByTestId('join-button').click();
  await watcher.locator('[data-testid=tile][data-kind=self] video').waitFor();

  const plain = await newPage();
  await plain.goto(await originOfItsOwn());
  await plain.evaluate(publisher);
  const call = (expression: string) => plain.evaluate(expression);
  const url = `${mesh.url}/v1/whip/${meetingId}`;
  expect(await call(`publish('${url}', 'not.a.token')`)).toBe(401);
  const token = await tokenFor(meetingId, 'Studio camera');
  expect(await call(`publish('${url}', '${token}')`)).toBe(201);
  await seesMore(watcher);
  expect(await watcher.getByTestId('participant-count').textContent()).toBe('2');

  expect(await call('restart()')).toBe(200);
  await expect.poll(() => call('pc.iceConnectionState')).toMatch(/connected|completed/);
  await seesMore(watcher);

  expect(await call('end()')).toBe(200);
  await expect.poll(() => watcher.getByTestId('participant-count').textContent()).toBe('1');
});
