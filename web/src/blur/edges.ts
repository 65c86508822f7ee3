/** So often drawn upon itself a picture shows next to nothing of what it stands on, not even in its corners, of which three quarters were taken. */
const layers = 12;

/** Gives blurred pictures back what is missing at their edges. */
export interface Edges {
  /** A picture without transparency, in place of one that is closed. */
  mend: (picture: ImageBitmap) => ImageBitmap;
}

/**
 * Blurring mixes what is near an edge with the nothing beyond it, which is shown as black. How much of that is in each pixel is its
 * transparency: drawn upon itself a picture loses it, and its colours stay.
 *
 * @param radius of the blur, px: its standard deviation
 */
export function edgesOf(radius: number): Edges {
  const reach = 3 * radius;
  const canvas = new OffscreenCanvas(1, 1);
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('no picture is drawn');

  return {
    mend(picture) {
      const { width, height } = picture;
      if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
      context.drawImage(picture, 0, 0);
      context.save();
      context.clip(frameOf(picture, reach), 'evenodd');
      for (let layer = 1; layer < layers; layer++) context.drawImage(picture, 0, 0);
      context.restore();
      picture.close();
      return canvas.transferToImageBitmap();
    },
  };
}

/** All of a picture that is less than so far from an edge; to be filled by the even-odd rule. */
function frameOf({ width, height }: ImageBitmap, thickness: number): Path2D {
  const frame = new Path2D();
  frame.rect(0, 0, width, height);
  frame.rect(thickness, thickness, Math.max(0, width - 2 * thickness), Math.max(0, height - 2 * thickness));
  return frame;
}
