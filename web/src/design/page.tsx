import { type ReactNode, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useConfig } from '../lib/config.tsx';
import { cx } from '../lib/cx.ts';
import { useFocusHere, useKeptFocus } from '../lib/focus.ts';
import { usePageTitle } from '../lib/use-page-title.ts';
import { Logo } from './logo.tsx';
import styles from './page.module.css';

export interface PageProps {
  /** What the page is about, as its heading says and the browser's tab. */
  title: string;
  /** How much room its content takes. */
  width?: 'narrow' | 'middle' | 'wide';
  /** Beside the heading. */
  actions?: ReactNode;
  children: ReactNode;
}

const places = [
  { path: '/calendar', text: 'calendar:title', testId: 'nav-calendar' },
  { path: '/recordings', text: 'recording:recordings', testId: 'nav-recordings' },
  { path: '/mesh', text: 'mesh:title', testId: 'nav-mesh' },
  { path: '/account', text: 'account:account', testId: 'nav-account' },
] as const;

/** A page that is no meeting: the ways to the others, its heading, and what it is about. */
export function Page({ title, width = 'middle', actions, children }: PageProps) {
  const main = useRef<HTMLElement>(null);
  useFocusHere(main);
  useKeptFocus(main);
  usePageTitle(title);
  return (
    <div className={styles.page}>
      <PageHeader width={width} />
      <main ref={main} className={cx(styles.main, styles[width])} tabIndex={-1}>
        <div className={styles.heading}>
          <h1>{title}</h1>
          {actions}
        </div>
        {children}
      </main>
    </div>
  );
}

/** The logo, and the ways to the pages. */
export function PageHeader({ width }: { width: NonNullable<PageProps['width']> }) {
  const { t } = useTranslation(['calendar', 'recording', 'mesh', 'account', 'common']);
  const config = useConfig();
  // Elsewhere the mesh is its operators' to see, who have a page of their own.
  const meshIsShown = config.status === 'ready' && config.value.openAccess;
  const shown = places.filter(({ path }) => path !== '/mesh' || meshIsShown);
  return (
    <header className={cx(styles.header, styles[width])}>
      <Logo />
      <nav aria-label={t('common:pages')}>
        {shown.map(({ path, text, testId }) => (
          <a
            key={path}
            className={styles.link}
            href={path}
            aria-current={location.pathname === path ? 'page' : undefined}
            data-testid={testId}
          >
            {t(text)}
          </a>
        ))}
      </nav>
    </header>
  );
}
