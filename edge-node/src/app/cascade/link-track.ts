/** How a link names a track: while its publisher moves, it comes from two origins. */
export interface LinkTrack {
  trackId: string;
  originEdgeId: string;
}

export function linkTrackKey({ trackId, originEdgeId }: LinkTrack): string {
  return `${trackId} ${originEdgeId}`;
}
