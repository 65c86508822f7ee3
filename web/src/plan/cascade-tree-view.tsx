import type { MeshEdge, PlanCascade, PlanNode } from '@canopy/client';
import { Icon } from '../design/icon.tsx';
import { regionName, useRegions } from '../lib/config.tsx';
import { bitrate, count, milliseconds, percent } from '../lib/format.ts';
import { type Branch, reasonTexts, treeOf } from './cascade-tree.ts';
import styles from './plan-view.module.css';

export interface CascadeTreeProps {
  cascade: PlanCascade;
  /** By edge id. */
  edges: ReadonlyMap<string, MeshEdge>;
}

/** The same tree in words: who feeds whom, why, how fast and how much. */
export function CascadeTree({ cascade, edges }: CascadeTreeProps) {
  return <Branches branches={treeOf(cascade)} edges={edges} />;
}

function Branches({ branches, edges }: { branches: readonly Branch[]; edges: CascadeTreeProps['edges'] }) {
  if (branches.length === 0) return null;
  return (
    <ul className={styles.branches}>
      {branches.map(({ node, children }) => (
        <li key={node.edgeId} data-testid="plan-node" data-edge-id={node.edgeId} data-parent={node.parentId}>
          <NodeFacts node={node} edges={edges} />
          <Branches branches={children} edges={edges} />
        </li>
      ))}
    </ul>
  );
}

function NodeFacts({ node, edges }: { node: PlanNode; edges: CascadeTreeProps['edges'] }) {
  const regions = useRegions();
  const { edgeId, backupParentId, reason, relay, link, latencyMs, shortestMs, demand } = node;
  const nameOf = (id: string) => regionName(regions, edges.get(id)?.region ?? id);
  return (
    <div className={styles.node}>
      <p className={styles.name} title={edgeId}>
        <Icon name="arrow" size={14} />
        {nameOf(edgeId)}
        {relay && <span className={styles.tag}>relay</span>}
        {edges.get(edgeId)?.state === 'draining' && <span className={styles.warning}>draining</span>}
      </p>
      <p className={styles.text}>{reasonTexts[reason] ?? reason}</p>
      <p className={styles.figures}>
        <span>
          {milliseconds(latencyMs)} from the source (at best {milliseconds(shortestMs)})
        </span>
        <span>{demand === 0 ? 'nobody here' : `${count(demand, 'person', 'people')} here`}</span>
        {link !== null && <LinkFacts link={link} />}
        {backupParentId !== null && <span>backup over {nameOf(backupParentId)}</span>}
      </p>
    </div>
  );
}

function LinkFacts({ link: { rttMs, loss, bitrateBps, tracks, layers } }: { link: NonNullable<PlanNode['link']> }) {
  return (
    <>
      {rttMs !== null && <span>{milliseconds(rttMs)} round trip</span>}
      {loss !== null && loss > 0 && <span>{percent(loss)} lost</span>}
      <span>
        {count(tracks, 'track')}, {bitrate(bitrateBps)}
      </span>
      {layers.total > 0 && (
        <span>
          {layers.carried} of {count(layers.total, 'video layer')}
        </span>
      )}
    </>
  );
}
