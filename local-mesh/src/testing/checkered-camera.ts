/// <reference lib="dom" />
import { writeFileSync } from 'node:fs';
import type { Page } from 'playwright-core';

/** Sides of its fields, in pixels: nothing is left of them where a picture is blurred. */
const field = 8;

/** Writes what a camera films that looks at a wall of small black and white fields, nobody before it, for Chromium's --use-file-for-fake-video-capture (https://wiki.multimedia.cx/index.php/YUV4MPEG2). */
export function filmCheckers(file: string, { width, height }: { width: number; height: number }): void {
  const luma = Buffer.alloc(width * height);
  for (const at of luma.keys()) {
    const x = Math.floor((at % width) / field);
    const y = Math.floor(at / width / field);
    luma[at] = (x + y) % 2 === 0 ? 48 : 208;
  }
  const grey = Buffer.alloc((width * height) / 2, 128);
  const picture = [Buffer.from('FRAME\n'), luma, grey];
  writeFileSync(
    file,
    Buffer.concat([Buffer.from(`YUV4MPEG2 W${width} H${height} F15:1 Ip A1:1 C420jpeg\n`), ...picture, ...picture]),
  );
}

/** Switches the camera on again where blurring took too long: without a graphics card, on a machine that is busy, it may. */
export async function switchOnIfTooSlow(page: Page): Promise<void> {
  if (await page.getByText('This device is too slow to blur').isVisible())
    await page.getByTestId('toggle-camera').click();
}

/** A part of a picture, in shares of its width and height. */
interface Area {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Runs in the page: how bright (0 to 255) on average a part of what a video shows just now is; 0 while it shows nothing. */
export function brightnessOf(video: Element, area: Area): number {
  if (!(video instanceof HTMLVideoElement)) throw new Error('no video');
  const [left, width] = [area.left, area.width].map((share) => Math.floor(video.videoWidth * share));
  const [top, height] = [area.top, area.height].map((share) => Math.floor(video.videoHeight * share));
  if (!width || !height) return 0;
  const context = new OffscreenCanvas(width, height).getContext('2d');
  if (context === null) throw new Error('this browser draws nothing');
  context.drawImage(video, -(left ?? 0), -(top ?? 0));
  const reds = context.getImageData(0, 0, width, height).data.filter((_, at) => at % 4 === 0);
  return reds.reduce((sum, red) => sum + red, 0) / reds.length;
}

/** Runs in the page: how much (0 to 255) the brightness of pixels in a row differs from one to the next in what a video shows just now, there or anywhere; 0 while it shows nothing. Some twenty for sharp fields. */
export function sharpnessOf(video: Element, area?: Area): number {
  if (!(video instanceof HTMLVideoElement)) throw new Error('no video');
  const { left, top, ...part } = area ?? { left: 0, top: 0, width: 1, height: 1 };
  const width = Math.round(video.videoWidth * part.width);
  const height = Math.round(video.videoHeight * part.height);
  if (width * height === 0) return 0;
  const context = Object.assign(document.createElement('canvas'), { width, height }).getContext('2d');
  if (context === null) throw new Error('this browser draws nothing');
  context.drawImage(video, -left * video.videoWidth, -top * video.videoHeight);
  const { data } = context.getImageData(0, 0, width, height);
  let sum = 0;
  for (let at = 4; at < data.length; at += 4) sum += Math.abs((data[at] ?? 0) - (data[at - 4] ?? 0));
  return sum / (width * height);
}
