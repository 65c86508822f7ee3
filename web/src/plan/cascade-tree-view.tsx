import type { MeshEdge, PlanCascade, PlanLink, PlanNode } from '@canopy/client';
import { useTranslation } from 'react-i18next';
import { Icon } from '../design/icon.tsx';
import { regionName, useRegions } from '../lib/config.tsx';
import { bitrate, milliseconds, percent } from '../lib/format.ts';
import { type Branch, treeOf } from './cascade-tree.ts';
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
  const { t } = useTranslation('mesh');
  const regions = useRegions();
  const { edgeId, backupParentId, backupLink, reason, relay, link, latencyMs, shortestMs, demand } = node;
  const nameOf = (id: string) => regionName(regions, edges.get(id)?.region ?? id);
  return (
    <div className={styles.node}>
      <p className={styles.name} title={edgeId}>
        <Icon name="arrow" size={14} />
        {nameOf(edgeId)}
        {relay && <span className={styles.tag}>{t('relay')}</span>}
        {edges.get(edgeId)?.state === 'draining' && <span className={styles.warning}>{t('isDraining')}</span>}
      </p>
      <p className={styles.text}>{t(`reason_${reason}`)}</p>
      <p className={styles.figures}>
        <span>{t('latency', { latency: milliseconds(latencyMs), shortest: milliseconds(shortestMs) })}</span>
        <span>{demand === 0 ? t('nobodyHere') : t('here', { people: t('people', { count: demand }) })}</span>
        {link !== null && <LinkFacts link={link} />}
      </p>
      {backupParentId !== null && (
        <p className={styles.figures} data-testid="plan-backup">
          <span>{t('backup', { name: nameOf(backupParentId) })}</span>
          {backupLink != null && <LinkFacts link={backupLink} />}
        </p>
      )}
    </div>
  );
}

function LinkFacts({ link: { rttMs, loss, bitrateBps, tracks, layers } }: { link: PlanLink }) {
  const { t } = useTranslation('mesh');
  return (
    <>
      {rttMs !== null && <span>{t('roundTrip', { time: milliseconds(rttMs) })}</span>}
      {loss !== null && loss > 0 && <span>{t('lost', { share: percent(loss) })}</span>}
      <span>{`${t('tracks', { count: tracks })}, ${bitrate(bitrateBps)}`}</span>
      {layers.total > 0 && <span>{t('layers', { carried: layers.carried, count: layers.total })}</span>}
    </>
  );
}
