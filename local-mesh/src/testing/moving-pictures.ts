import type { Page } from 'playwright-core';

/** Frames painted so far of the first picture of somebody else; 0 while there is none. */
export function paintedFrames(page: Page): Promise<number> {
  return page.evaluate(
    `document.querySelector('[data-testid=tile][data-kind=remote] video')?.getVideoPlaybackQuality().totalVideoFrames ?? 0`,
  );
}

/** Asked again and again: by how much a count has grown since it was asked first. One that fell began anew, as that of a picture whose track is another one now. */
export function growthOf(count: () => Promise<number>): () => Promise<number> {
  let before: number | undefined;
  let growth = 0;
  return async () => {
    const now = await count();
    const last = before ?? now;
    growth += now < last ? now : now - last;
    before = now;
    return growth;
  };
}
