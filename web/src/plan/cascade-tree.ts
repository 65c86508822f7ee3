import type { ParentReason, PlanCascade, PlanNode } from '@canopy/client';

/** A node and those it feeds. */
export interface Branch {
  node: PlanNode;
  children: Branch[];
}

/** What hangs on the origin. Nodes whose parent is not in the cascade are left out: their plan is just being changed. */
export function treeOf({ originEdgeId, nodes }: PlanCascade): Branch[] {
  const byParent = Map.groupBy(nodes, ({ parentId }) => parentId);
  const seen = new Set<string>([originEdgeId]);
  function below(parentId: string): Branch[] {
    const children = (byParent.get(parentId) ?? []).filter(({ edgeId }) => !seen.has(edgeId));
    for (const { edgeId } of children) seen.add(edgeId);
    return children.map((node) => ({ node, children: below(node.edgeId) }));
  }
  return below(originEdgeId);
}

/** Says why a parent was chosen to somebody who never heard of cascades. */
export const reasonTexts: Record<ParentReason, string> = {
  'origin-direct': 'straight from the source: nothing is better',
  'region-gateway': 'another edge of this region has it already',
  'cheaper-through-relay': 'cheaper over this edge, and hardly slower',
  'faster-through-relay': 'faster over this edge',
  'for-subtree': 'for the sake of the edges behind it',
  capacity: 'a better edge has no room',
  kept: 'another way would gain too little to change',
  repaired: 'taken over after a loss',
  'only-way': 'the only way there is',
};
