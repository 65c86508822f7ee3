import type { MeshEdge } from '@canopy/client';
import { useTranslation } from 'react-i18next';
import { regionName, useRegions } from '../lib/config.tsx';
import { bitrate, percent } from '../lib/format.ts';
import { DrainProgress } from '../mesh/drain-progress.tsx';
import { DrainButton } from './drain-button.tsx';
import { StateSign } from './state-sign.tsx';
import { Table } from './table.tsx';

/** Every edge, with what can be done to it. */
export function EdgesTable({ edges }: { edges: readonly MeshEdge[] }) {
  const { t } = useTranslation('operators');
  const columns = [t('edge'), t('region'), t('state'), t('load'), t('viewers'), t('sent'), t('action')];
  return (
    <Table title={t('edges')} columns={columns}>
      {edges.map((edge) => (
        <EdgeRow key={edge.id} edge={edge} />
      ))}
    </Table>
  );
}

function EdgeRow({ edge }: { edge: MeshEdge }) {
  const { t } = useTranslation('operators');
  const regions = useRegions();
  const { id, region, state, load, sessions, egressBps, protocol } = edge;
  return (
    <tr data-testid="operators-edge" data-edge-id={id} data-state={state}>
      <th scope="row">{id}</th>
      <td>{regionName(regions, region)}</td>
      <td>
        <StateSign state={state} />
        {state === 'foreign' && <p>{t('speaks', { version: protocol })}</p>}
        {state === 'draining' && <DrainProgress edgeId={id} name={id} />}
      </td>
      <td>{percent(load)}</td>
      <td>{sessions}</td>
      <td>{bitrate(egressBps)}</td>
      <td>
        <DrainButton edge={edge} />
      </td>
    </tr>
  );
}
