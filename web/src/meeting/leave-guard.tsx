import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ConfirmDialog } from '../design/confirm-dialog.tsx';

/** With a way that was agreed to. */
const agreed = 'agreed';

/** While it is rendered, the browser's own buttons ask before they take somebody out of the meeting. Browsers do not let a page ask whom nothing was ever pressed on. */
export function LeaveGuard() {
  const { t } = useTranslation('meeting');
  const [entry, setEntry] = useState<string | null>(null);

  useEffect(() => {
    const askInBrowser = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', askInBrowser);
    return () => removeEventListener('beforeunload', askInBrowser);
  }, []);

  useEffect(() => {
    if (!('navigation' in globalThis)) return;
    const ask = (event: NavigateEvent) => {
      if (event.navigationType !== 'traverse' || !event.cancelable || event.info === agreed) return;
      event.preventDefault();
      setEntry(event.destination.key);
    };
    navigation.addEventListener('navigate', ask);
    return () => navigation.removeEventListener('navigate', ask);
  }, []);

  return (
    entry !== null && (
      <ConfirmDialog
        title={t('leaveTitle')}
        text={t('leaveText')}
        action={t('leave')}
        cancel={t('stay')}
        testId="leave"
        onConfirm={() => navigation.traverseTo(entry, { info: agreed })}
        onClose={() => setEntry(null)}
      />
    )
  );
}
