import { TrackKind, TrackSource } from '@canopy/proto/media';
import { describe, expect, it } from 'vitest';
import { mostVideos, withinVideoLimit } from './video-limit.ts';

const track = (id: string, kind: TrackKind = TrackKind.VIDEO) => {
  const source = kind === TrackKind.VIDEO ? TrackSource.CAMERA : TrackSource.MICROPHONE;
  return { id, participantId: `owner of ${id}`, kind, source, muted: false, originEdgeId: 'e' };
};
const want = (trackId: string, width = 320, priority = 100) => ({ trackId, width, height: width, priority });
const ids = (wants: readonly { trackId: string }[]) => wants.map(({ trackId }) => trackId);
const many = Array.from({ length: mostVideos + 2 }, (_, index) => `v${index}`);

describe('the limit of videos', () => {
  it('leaves alone who asks for less, and whatever is audible', () => {
    const audible = Array.from({ length: 100 }, (_, index) => `a${index}`);
    const tracks = [...audible.map((id) => track(id, TrackKind.AUDIO)), track('v')];
    const wants = [...audible, 'v'].map((id) => want(id));
    expect(withinVideoLimit(wants, tracks)).toEqual({ granted: wants, surplus: [] });
  });

  it('keeps the videos with the highest priority, and of equals the larger ones', () => {
    const wants = many.map((id) => want(id, id === 'v3' ? 100 : 320, id === 'v7' ? 1 : 100));
    const { granted, surplus } = withinVideoLimit(
      wants,
      many.map((id) => track(id)),
    );
    expect(granted).toHaveLength(mostVideos);
    expect(ids(surplus)).toEqual(['v3', 'v7']);
  });

  it('does not count what is no track of this meeting', () => {
    const wants = [...many.slice(0, mostVideos), 'nobody'].map((id) => want(id));
    const tracks = many.map((id) => track(id));
    expect(ids(withinVideoLimit(wants, tracks).granted)).toEqual(ids(wants));
  });
});
