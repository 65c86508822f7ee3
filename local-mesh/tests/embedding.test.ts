import { join } from 'node:path';
import { Api } from '@canopy/client';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type Mesh, startMesh } from '../src/index.ts';
import { projectFolder } from '../src/project.ts';
import { bundled } from '../src/testing/bundle.ts';
import { launchChromium } from '../src/testing/chromium.ts';
import { plainOrigin } from '../src/testing/plain-page.ts';

const patient = { timeout: 20_000 };

let product: Awaited<ReturnType<typeof plainOrigin>>;
let mesh: Mesh;
let browser: Browser;
let script: string;

beforeAll(async () => {
  script = await bundled(join(projectFolder, 'client', 'examples', 'meeting-page.ts'), 'iife');
  product = await plainOrigin();
  const replicaEnv = { CONTROL_ALLOWED_ORIGINS: product.url };
  [mesh, browser] = await Promise.all([startMesh({ regions: ['eu-central-1'], replicaEnv }), launchChromium()]);
});

afterAll(async () => {
  await browser?.close();
  await mesh?.stop();
  await product?.[Symbol.asyncDispose]();
});

/** A page of a product that is not of the mesh's origin. */
async function newPage(): Promise<Page> {
  const context = await browser.newContext();
  onTestFinished(() => context.close());
  await context.grantPermissions(['camera', 'microphone']);
  const page = await context.newPage();
  await page.goto(product.url);
  return page;
}

/** Somebody in the meeting, on a page that shows it. */
async function enter(api: Api, meetingId: string, name: string): Promise<Page> {
  const { token } = await api.createToken(meetingId, { name, role: 'panelist' });
  const page = await newPage();
  await page.addScriptTag({ content: script });
  await page.evaluate(`(async () => {
    window.meeting = await page.showMeeting(document.body, '${mesh.url}', '${token}');
    await page.sendCamera(meeting);
  })()`);
  return page;
}

/** Runs in the page: tells the loudest pitch on the left and on the right of what is played, to 100 Hz. */
function listenToSides(player: Element): () => number[] {
  if (!(player instanceof HTMLMediaElement && player.srcObject instanceof MediaStream)) throw new Error('no sound');
  const audio = new AudioContext();
  const sides = new ChannelSplitterNode(audio, { numberOfOutputs: 2 });
  audio.createMediaStreamSource(player.srcObject).connect(sides);
  const analysers = [0, 1].map((side) => {
    const analyser = new AnalyserNode(audio, { fftSize: 4096 });
    sides.connect(analyser, side);
    return analyser;
  });
  return () =>
    analysers.map((analyser) => {
      const levels = new Float32Array(analyser.frequencyBinCount);
      analyser.getFloatFrequencyData(levels);
      const hertz = (levels.indexOf(Math.max(...levels)) * audio.sampleRate) / analyser.fftSize;
      return Math.round(hertz / 100) * 100;
    });
}

test('a page of another origin is a meeting, by a token that its server made', async () => {
  const api = new Api({ url: mesh.url });
  const { id } = await api.createMeeting({ title: 'Shop' });
  const ada = await enter(api, id, 'Ada');
  const ben = await enter(api, id, 'Ben');
  const names = (page: Page) => page.locator('li').allTextContents();
  await expect.poll(() => names(ada), patient).toEqual([expect.stringMatching('Ada'), expect.stringMatching('Ben')]);
  await ben.evaluate('meeting.setMuted("TRACK_SOURCE_MICROPHONE", true)');
  await expect.poll(() => names(ada), patient).toContain('Ben (muted)');
  await ben.evaluate('meeting.chat.send("<b>Hello</b>")');
  await expect.poll(() => names(ada), patient).toContain('Ben: <b>Hello</b>');

  // A browser under test shares no sound of its own.
  await ada.evaluate(`navigator.mediaDevices.getDisplayMedia = async () => {
    const canvas = document.createElement('canvas');
    const draw = () => canvas.getContext('2d').fillRect(Math.random() * 100, 0, 10, 10);
    setInterval(draw, 50);
    const audio = new AudioContext();
    const sound = audio.createMediaStreamDestination();
    const sides = new ChannelMergerNode(audio, { numberOfInputs: 2 });
    sides.connect(sound);
    for (const [side, frequency] of [300, 900].entries()) {
      const tone = new OscillatorNode(audio, { frequency });
      tone.connect(sides, 0, side);
      tone.start();
    }
    return new MediaStream([...canvas.captureStream(20).getTracks(), ...sound.stream.getTracks()]);
  }, page.shareScreen(meeting)`);
  await expect.poll(() => ben.locator('video').count(), patient).toBe(2);
  await expect.poll(() => ben.locator('audio').count(), patient).toBe(2);
  const sound = await ben.locator('audio').last().evaluateHandle(listenToSides);
  await expect.poll(() => sound.evaluate((pitches) => pitches()), patient).toEqual([300, 900]);

  await ben.context().setOffline(true);
  await ben.evaluate('window.dispatchEvent(new Event("online"))');
  await expect.poll(() => ben.locator('p').textContent(), patient).toMatch('connection is lost');
  await ben.context().setOffline(false);
  await expect.poll(() => ben.locator('p').textContent(), patient).toBe('Shop');
  await api.endMeeting(id);
  for (const page of [ada, ben])
    await expect.poll(() => page.locator('p').textContent(), patient).toMatch('MEETING_ENDED');
});

test('pictures come as large as they are shown, and not at all out of sight', async () => {
  const api = new Api({ url: mesh.url });
  const { id } = await api.createMeeting({ title: 'Shop' });
  const ada = await enter(api, id, 'Ada');
  const ben = await enter(api, id, 'Ben');
  const picture = ben.locator('video');
  const width = () => picture.evaluate((video: HTMLVideoElement) => video.videoWidth);
  const received = () => ben.evaluate('[...meeting.view.received.values()].map(({ kind }) => kind).sort()');
  await expect.poll(width, patient).toBe(640);
  await picture.evaluate((video) => video.setAttribute('style', 'width: 160px; height: 90px'));
  await expect.poll(width, patient).toBe(320);
  await picture.evaluate((video) => video.setAttribute('style', 'margin-top: 500vh'));
  await expect.poll(received, patient).toEqual(['audio']);
  await picture.scrollIntoViewIfNeeded();
  await expect.poll(received, patient).toEqual(['audio', 'video']);
  await picture.evaluate((video) => video.removeAttribute('style'));
  await expect.poll(width, patient).toBe(640);

  await ada.evaluate('meeting.setMuted("TRACK_SOURCE_CAMERA", true)');
  await picture.waitFor({ state: 'hidden' });
  await expect.poll(received, patient).toEqual(['audio']);
  await ada.evaluate('meeting.setMuted("TRACK_SOURCE_CAMERA", false)');
  await expect.poll(received, patient).toEqual(['audio', 'video']);
  await ada.evaluate('meeting.leave()');
  await expect.poll(() => ben.locator('video, audio').count(), patient).toBe(0);
  await expect.poll(() => ada.locator('video, audio').count(), patient).toBe(0);
});

test('a page that stops showing receives nothing more, whatever its observers saw before', async () => {
  const api = new Api({ url: mesh.url });
  const { id } = await api.createMeeting({ title: 'Shop' });
  await enter(api, id, 'Ada');
  const { token } = await api.createToken(id, { name: 'Ben', role: 'panelist' });
  const ben = await newPage();
  await ben.addScriptTag({ content: await bundled(join(projectFolder, 'client', 'src', 'index.ts'), 'iife') });
  await ben.evaluate(`(async () => {
    window.observers = [];
    for (const name of ['ResizeObserver', 'IntersectionObserver'])
      window[name] = class extends window[name] {
        constructor(tell, options) {
          super(tell, options);
          observers.push(tell);
        }
      };
    window.meeting = await page.joinMeeting({ url: '${mesh.url}', token: '${token}' });
    window.stop = page.showTracks(meeting, document.body);
  })()`);
  const received = () => ben.evaluate('meeting.view.received.size');
  await expect.poll(received, patient).toBe(2);
  const wanted = await ben.evaluate(`(() => {
    const wanted = [];
    const set = meeting.setSubscriptions.bind(meeting);
    meeting.setSubscriptions = (wants) => {
      wanted.push(wants);
      set(wants);
    };
    stop();
    for (const tell of observers) tell([]);
    return wanted;
  })()`);
  expect(wanted).toEqual([[]]);
  await expect.poll(received, patient).toBe(0);
  expect(await ben.locator('video, audio').count()).toBe(0);
});

test('a page that is not named is told so at once', async () => {
  const stranger = await plainOrigin();
  onTestFinished(() => stranger[Symbol.asyncDispose]());
  const api = new Api({ url: mesh.url });
  const { token } = await api.createToken((await api.createMeeting({})).id, { name: 'Eve', role: 'panelist' });
  const page = await newPage();
  await page.goto(stranger.url);
  await page.addScriptTag({ content: script });
  await page.evaluate(`page.showMeeting(document.body, '${mesh.url}', '${token}')`);
  await expect.poll(() => page.locator('p').textContent()).toMatch('ORIGIN_REFUSED');
});

test('the web app is shown in a frame of another origin', async () => {
  const api = new Api({ url: mesh.url });
  const { id } = await api.createMeeting({ title: 'Framed' });
  const page = await newPage();
  await page.setContent(
    `<iframe src="${mesh.url}/m/${id}" allow="camera; microphone" width="800" height="600"></iframe>`,
  );
  const frame = page.frameLocator('iframe');
  await frame.getByTestId('join-name').fill('Ada');
  await expect.poll(() => frame.getByTestId('join-button').isVisible()).toBe(true);
});
