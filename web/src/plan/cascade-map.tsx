import type { MeshEdge, PlanCascade } from '@canopy/client';
import { useTranslation } from 'react-i18next';
import { arc, place } from '../map/projection.ts';
import { WorldMap } from '../map/world-map.tsx';
import styles from './cascade-map.module.css';

export interface CascadeMapProps {
  cascade: PlanCascade;
  /** By edge id; what is not among them is not drawn. */
  edges: ReadonlyMap<string, MeshEdge>;
  originName: string;
}

/** A tree on the world: what flows as moving dots, backups as dashes. */
export function CascadeMap({ cascade: { originEdgeId, nodes }, edges, originName }: CascadeMapProps) {
  const { t } = useTranslation('mesh');
  const line = (parentId: string | null, childId: string) => {
    const from = parentId === null ? undefined : edges.get(parentId)?.location;
    const to = edges.get(childId)?.location;
    return from === undefined || to === undefined ? null : arc(from, to);
  };
  return (
    <WorldMap label={t('cascade', { name: originName, edges: t('edges', { count: nodes.length }) })}>
      {nodes.map(({ edgeId, backupParentId }) => {
        const path = line(backupParentId, edgeId);
        return path === null ? null : <path key={edgeId} className={styles.backup} d={path} />;
      })}
      {nodes.map(({ edgeId, parentId, link }) => {
        const path = line(parentId, edgeId);
        if (path === null) return null;
        return <path key={edgeId} className={link === null ? styles.idle : styles.flow} d={path} />;
      })}
      {[originEdgeId, ...nodes.map(({ edgeId }) => edgeId)].map((edgeId) => {
        const edge = edges.get(edgeId);
        if (edge?.location === undefined) return null;
        const [x, y] = place(edge.location);
        const relay = nodes.some((node) => node.edgeId === edgeId && node.relay);
        return (
          <g key={edgeId} className={styles[edge.state]} transform={`translate(${x} ${y})`}>
            <circle className={relay ? styles.relay : styles.edge} r={edgeId === originEdgeId ? 12 : 8} />
          </g>
        );
      })}
    </WorldMap>
  );
}
