import { lazy, Suspense, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorNotice } from '../design/error-notice.tsx';
import { PageHeader } from '../design/page.tsx';
import { useConfig, useRegions } from '../lib/config.tsx';
import { useFocusHere } from '../lib/focus.ts';
import { usePageTitle } from '../lib/use-page-title.ts';
import styles from './home-page.module.css';
import { JoinMeeting } from './join-meeting.tsx';
import { StartMeeting } from './start-meeting.tsx';

const RegionMap = lazy(() => import('../map/region-map.tsx'));

export function HomePage() {
  const { t } = useTranslation('home');
  const config = useConfig();
  const regions = useRegions();
  const main = useRef<HTMLElement>(null);
  useFocusHere(main);
  usePageTitle('');
  return (
    <div className={styles.page}>
      <PageHeader width="wide" />
      <main ref={main} className={styles.main} tabIndex={-1}>
        <div className={styles.words}>
          <h1>{t('headline')}</h1>
          <p>{t('text')}</p>
        </div>
        <div className={styles.actions}>
          {config.status === 'failed' && <ErrorNotice error={config.error} onRetry={config.retry} />}
          <StartMeeting />
          <JoinMeeting />
        </div>
        <div className={styles.map}>
          <Suspense>{regions.length > 0 && <RegionMap regions={regions} />}</Suspense>
        </div>
      </main>
    </div>
  );
}
