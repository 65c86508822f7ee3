/** Edge ids, in the order a pull was passed on: the edge that wanted the track first, the asking one last. */
export type PullPath = readonly string[];

/**
 * The path a pull carries when `selfId` passes it on, or undefined when it must be refused because it would come back to
 * where it was (path vector, as in RFC 4271 §9.1.2).
 */
export function extendPath(path: PullPath, selfId: string): PullPath | undefined {
  return path.includes(selfId) ? undefined : [...path, selfId];
}

/** True when a track that came over `pathFromOrigin` would be sent back to an edge that it has already crossed. */
export function wouldLoop(path: PullPath, pathFromOrigin: readonly string[]): boolean {
  return path.some((edgeId) => pathFromOrigin.includes(edgeId));
}
