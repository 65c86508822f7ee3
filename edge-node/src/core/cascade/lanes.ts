import type { LayerCounts, PreferredLayers } from '../subscription/preferred-layers.ts';

/** The two ways of a track that comes twice: the one its route prefers, and the one to fall back on. */
export type Lane = 'main' | 'spare';

export function otherLane(lane: Lane): Lane {
  return lane === 'main' ? 'spare' : 'main';
}

/** Codecs that mediasoup takes as simulcast, and so with the encodings of two ways in one producer. */
const mergeableMimeTypes = new Set(['video/vp8', 'video/h264']);

export function isMergeable(mimeType: string): boolean {
  return mergeableMimeTypes.has(mimeType.toLowerCase());
}

/** True when each layer is a stream of its own, and can be sent without the others. Of SVC there is but one stream. */
export function hasSeparateLayers({ mimeType, layers }: { mimeType: string; layers: LayerCounts }): boolean {
  return isMergeable(mimeType) && layers.spatial > 1;
}

/**
 * The encodings of two ways as those of one simulcast stream, lowest first: `[spare0, main0, spare1, main1, …]`. Neighbours
 * show the same picture, so whoever can't have the one is served the other. Undefined when the ways don't match.
 */
export function interleave<Encoding>(main: readonly Encoding[], spare: readonly Encoding[]): Encoding[] | undefined {
  if (main.length !== spare.length) return undefined;
  return main.flatMap((encoding, layer) => {
    const twin = spare[layer];
    return twin === undefined ? [encoding] : [twin, encoding];
  });
}

/** Layers of one way as layers of the merged stream. */
export function toMerged({ spatialLayer, temporalLayer }: PreferredLayers, lane: Lane): PreferredLayers {
  return { spatialLayer: spatialLayer * 2 + (lane === 'main' ? 1 : 0), temporalLayer };
}

/** The way that a layer of the merged stream comes by. */
export function laneOf(spatialLayer: number): Lane {
  return spatialLayer % 2 === 1 ? 'main' : 'spare';
}

/** A layer of the merged stream as the layer of the way it comes by. */
export function fromMerged(spatialLayer: number): number {
  return Math.floor(spatialLayer / 2);
}

/** Layers that each way of a merged stream has. */
export function perLane({ spatial, temporal }: LayerCounts): LayerCounts {
  return { spatial: spatial / 2, temporal };
}
