import type { MeshEdge } from '@canopy/client';
import { flushSync } from 'react-dom';
import { useTranslation } from 'react-i18next';
import { Button } from '../design/button.tsx';
import { Dialog, DialogButtons } from '../design/dialog.tsx';
import { ErrorNotice } from '../design/error-notice.tsx';
import { useApi } from '../lib/api-context.ts';
import { useAction } from '../lib/use-action.ts';

/** Asks before an edge is emptied, or put back to work. */
export function DrainDialog({ edge, onClose }: { edge: MeshEdge; onClose: () => void }) {
  const { t } = useTranslation('operators');
  const api = useApi();
  const { busy, error, run } = useAction();
  const { id, state, sessions } = edge;
  const draining = state === 'draining';

  async function act(): Promise<void> {
    if (!(await run(() => (draining ? api.operators.undrain(id) : api.operators.drain(id))))) return;
    // At once: what lies behind is inert until effects have run, and the focus goes back to it with the next frame.
    flushSync(onClose);
  }

  return (
    <Dialog title={t(draining ? 'undrainTitle' : 'drainTitle', { name: id })} onClose={onClose}>
      <p>{draining ? t('undrainText') : t('drainText', { count: sessions })}</p>
      {error !== null && <ErrorNotice error={error} />}
      <DialogButtons>
        <Button onPress={onClose}>{t('cancel')}</Button>
        <Button
          look={draining ? 'primary' : 'danger'}
          unavailable={busy}
          onPress={() => void act()}
          data-testid="operators-confirm"
        >
          {t(draining ? 'undrain' : 'drain')}
        </Button>
      </DialogButtons>
    </Dialog>
  );
}
