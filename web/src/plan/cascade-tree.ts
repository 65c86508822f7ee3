import type { PlanCascade, PlanNode } from '@canopy/client';

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
