import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorNotice } from '../design/error-notice.tsx';
import { Logo } from '../design/logo.tsx';
import { useConfig, useRegions } from '../lib/config.tsx';
import { CreateMeeting } from './create-meeting.tsx';
import styles from './home-page.module.css';
import { JoinMeeting } from './join-meeting.tsx';

const RegionMap = lazy(() => import('../map/region-map.tsx'));

export function HomePage() {
  const { t } = useTranslation(['home', 'calendar', 'recording']);
  const config = useConfig();
  const regions = useRegions();
  return (
    <div className={styles.page}>
      <header className={styles.header}>
        <Logo />
        <nav>
          <a className={styles.link} href="/calendar">
            {t('calendar:title')}
          </a>
          <a className={styles.link} href="/recordings" data-testid="home-recordings">
            {t('recordings', { ns: 'recording' })}
          </a>
          <a className={styles.link} href="/mesh">
            {t('mesh')}
          </a>
        </nav>
      </header>
      <main className={styles.main}>
        <div className={styles.words}>
          <h1>{t('headline')}</h1>
          <p>{t('text')}</p>
        </div>
        <div className={styles.actions}>
          {config.status === 'failed' && <ErrorNotice error={config.error} onRetry={config.retry} />}
          <CreateMeeting allowed={config.status !== 'ready' || config.value.openAccess} />
          <JoinMeeting />
        </div>
        <div className={styles.map}>
          <Suspense>{regions.length > 0 && <RegionMap regions={regions} />}</Suspense>
        </div>
      </main>
    </div>
  );
}
