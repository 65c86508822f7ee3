import { TrackSource } from '@canopy/proto/media';
import { expect, test } from 'vitest';
import { preferredLayers } from './preferred-layers.ts';

const simulcast = { spatial: 3, temporal: 1 };

test.each([
  { tile: { width: 160, height: 90 }, layer: 0 },
  { tile: { width: 320, height: 180 }, layer: 0 },
  { tile: { width: 400, height: 225 }, layer: 0 },
  { tile: { width: 480, height: 270 }, layer: 1 },
  { tile: { width: 640, height: 360 }, layer: 1 },
  { tile: { width: 1280, height: 720 }, layer: 2 },
  { tile: { width: 3840, height: 2160 }, layer: 2 },
])('a camera in a $tile.width × $tile.height tile is sent with layer $layer', ({ tile, layer }) => {
  expect(preferredLayers(simulcast, TrackSource.CAMERA, tile).spatialLayer).toBe(layer);
});

test('a camera of two layers is a small one, and no tile gets less of it than it could show', () => {
  const small = { spatial: 2, temporal: 1 };
  const layerFor = (height: number) =>
    preferredLayers(small, TrackSource.CAMERA, { width: (height * 16) / 9, height }).spatialLayer;
  expect([180, 225, 270, 450].map(layerFor)).toEqual([0, 0, 1, 1]);
});

test('a tile of unknown size gets the largest layer', () => {
  expect(preferredLayers(simulcast, TrackSource.CAMERA, { width: 0, height: 0 }).spatialLayer).toBe(2);
});

test('a narrow tall tile counts by its height', () => {
  expect(preferredLayers(simulcast, TrackSource.CAMERA, { width: 100, height: 720 }).spatialLayer).toBe(2);
});

test.each([
  { tile: { width: 320, height: 180 }, layer: 0 },
  { tile: { width: 640, height: 360 }, layer: 0 },
  { tile: { width: 800, height: 450 }, layer: 1 },
  { tile: { width: 1200, height: 675 }, layer: 1 },
  { tile: { width: 2560, height: 1440 }, layer: 1 },
])(
  'a screen in a $tile.width × $tile.height tile is sent with layer $layer: text is never enlarged',
  ({ tile, layer }) => {
    expect(preferredLayers({ spatial: 2, temporal: 1 }, TrackSource.SCREEN, tile).spatialLayer).toBe(layer);
  },
);

test('one stream has one layer, and all of its temporal layers are sent', () => {
  expect(preferredLayers({ spatial: 1, temporal: 3 }, TrackSource.CAMERA, { width: 160, height: 90 })).toEqual({
    spatialLayer: 0,
    temporalLayer: 2,
  });
});
