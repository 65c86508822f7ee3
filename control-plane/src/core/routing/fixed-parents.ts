/** Edge id → the edge it is fed by, set by an operator. */
export type Via = Readonly<Record<string, string>>;

/** An edge that is fed by itself through the fixed parents, if there is one. */
export function viaCycle(via: Via): string | undefined {
  return Object.keys(via).find((start) => {
    const seen = new Set<string>();
    for (let at: string | undefined = start; at !== undefined; at = Object.hasOwn(via, at) ? via[at] : undefined) {
      if (seen.has(at)) return true;
      seen.add(at);
    }
    return false;
  });
}

/**
 * The parents of one cascade with the fixed ones put in. `parents` is a tree without the origin; the result is one too:
 * a walk upwards follows planned parents, then fixed ones, and the top of a chain of fixed parents hangs on the origin.
 * Edges not in `usable` can't be fixed parents or have one.
 */
export function withFixedParents(
  originId: string,
  parents: ReadonlyMap<string, string>,
  via: Via,
  usable: ReadonlySet<string>,
): Map<string, string> {
  const result = new Map(parents);
  const pending = [...parents.keys()];
  const fixed = new Set<string>();
  for (let edgeId = pending.pop(); edgeId !== undefined; edgeId = pending.pop()) {
    const parentId = Object.hasOwn(via, edgeId) ? via[edgeId] : undefined;
    if (edgeId === originId || fixed.has(edgeId) || parentId === undefined || !usable.has(parentId)) continue;
    result.set(edgeId, parentId);
    fixed.add(edgeId);
    pending.push(parentId);
  }
  for (const edgeId of fixed) {
    const parentId = result.get(edgeId);
    if (parentId !== undefined && parentId !== originId && !fixed.has(parentId)) result.set(parentId, originId);
  }
  return result;
}

/** The part of a tree that leads to `memberIds`: relays that feed nobody are left out. */
export function pruned(
  originId: string,
  parents: ReadonlyMap<string, string>,
  memberIds: readonly string[],
): Map<string, string> {
  const kept = new Map<string, string>();
  for (const memberId of memberIds) {
    for (let at = memberId; at !== originId && !kept.has(at); ) {
      const parentId = parents.get(at);
      if (parentId === undefined) break;
      kept.set(at, parentId);
      at = parentId;
    }
  }
  return kept;
}
