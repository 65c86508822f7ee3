import type { MeshEdge } from '@canopy/client';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../design/button.tsx';
import { DrainDialog } from './drain-dialog.tsx';

/** Empties an edge, or puts it back to work, once that is confirmed. */
export function DrainButton({ edge }: { edge: MeshEdge }) {
  const { t } = useTranslation('operators');
  const [asked, setAsked] = useState(false);
  const { id, state } = edge;
  const draining = state === 'draining';
  return (
    <>
      <Button
        isDisabled={state === 'dead'}
        aria-label={t(draining ? 'undrainOf' : 'drainOf', { name: id })}
        onPress={() => setAsked(true)}
        data-testid="operators-drain"
      >
        {t(draining ? 'undrain' : 'drain')}
      </Button>
      {asked && <DrainDialog edge={edge} onClose={() => setAsked(false)} />}
    </>
  );
}
