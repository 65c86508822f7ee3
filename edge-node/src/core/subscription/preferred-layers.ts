import { TrackSource } from '@canopy/proto/media';

/** Layers of a video stream; an audio stream has one of each. */
export interface LayerCounts {
  spatial: number;
  temporal: number;
}

export interface PreferredLayers {
  spatialLayer: number;
  temporalLayer: number;
}

/** A tile may be up to this much larger than a camera's picture before a larger layer is sent. Text is never enlarged. */
const allowedUpscale = { camera: 1.25, screen: 1 };

/**
 * The smallest layer that fills a tile of `width` × `height` device pixels; the largest when the size is unknown (0). RTP
 * parameters do not tell the size of a layer, so the top one is taken to have the fewest lines that the SDK sends in so many
 * layers, and each below it half of that, as browsers scale them
 * (https://www.w3.org/TR/webrtc/#dom-rtcrtpencodingparameters-scaleresolutiondownby). What is larger costs more than its tile
 * needs, but nothing is blurred.
 */
export function preferredLayers(
  layers: LayerCounts,
  source: TrackSource,
  want: { width: number; height: number },
): PreferredLayers {
  const top = layers.spatial - 1;
  const isScreen = source === TrackSource.SCREEN;
  const topHeight = isScreen || layers.spatial > 2 ? 720 : 360;
  const upscale = isScreen ? allowedUpscale.screen : allowedUpscale.camera;
  const wantedHeight = Math.max(want.height, (want.width * 9) / 16);
  let spatialLayer = top;
  while (wantedHeight > 0 && spatialLayer > 0 && heightOf(spatialLayer - 1) * upscale >= wantedHeight) {
    spatialLayer--;
  }
  return { spatialLayer, temporalLayer: layers.temporal - 1 };

  function heightOf(layer: number): number {
    return topHeight / 2 ** (top - layer);
  }
}
