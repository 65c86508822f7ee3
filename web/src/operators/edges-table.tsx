import type { MeshEdge } from '@canopy/client';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../design/button.tsx';
import { regionName, useRegions } from '../lib/config.tsx';
import { bitrate, percent } from '../lib/format.ts';
import { DrainProgress } from '../mesh/drain-progress.tsx';
import { DrainDialog } from './drain-dialog.tsx';
import { StateSign } from './state-sign.tsx';
import { Table } from './table.tsx';

/** Every edge, with what can be done to it. */
export function EdgesTable({ edges }: { edges: readonly MeshEdge[] }) {
  const { t } = useTranslation('operators');
  const [asked, setAsked] = useState<string | null>(null);
  const edge = edges.find(({ id }) => id === asked);
  const columns = [t('edge'), t('region'), t('state'), t('load'), t('viewers'), t('sent'), t('action')];
  return (
    <>
      <Table title={t('edges')} columns={columns}>
        {edges.map((one) => (
          <EdgeRow key={one.id} edge={one} onAsk={() => setAsked(one.id)} />
        ))}
      </Table>
      {edge !== undefined && <DrainDialog edge={edge} onClose={() => setAsked(null)} />}
    </>
  );
}

function EdgeRow({ edge, onAsk }: { edge: MeshEdge; onAsk: () => void }) {
  const { t } = useTranslation('operators');
  const regions = useRegions();
  const { id, region, state, load, sessions, egressBps, protocol } = edge;
  const draining = state === 'draining';
  return (
    <tr data-testid="operators-edge" data-edge-id={id} data-state={state}>
      <th scope="row">{id}</th>
      <td>{regionName(regions, region)}</td>
      <td>
        <StateSign state={state} />
        {state === 'foreign' && <p>{t('speaks', { version: protocol })}</p>}
        {draining && <DrainProgress edgeId={id} name={id} />}
      </td>
      <td>{percent(load)}</td>
      <td>{sessions}</td>
      <td>{bitrate(egressBps)}</td>
      <td>
        <Button
          isDisabled={state === 'dead'}
          aria-label={t(draining ? 'undrainOf' : 'drainOf', { name: id })}
          onPress={onAsk}
          data-testid="operators-drain"
        >
          {t(draining ? 'undrain' : 'drain')}
        </Button>
      </td>
    </tr>
  );
}
