import { useTranslation } from 'react-i18next';
import styles from './logo.module.css';

/** The same in every language. */
const productName = 'Canopy';

export function Logo() {
  const { t } = useTranslation();
  return (
    <a className={styles.logo} href="/" aria-label={t('homePage')}>
      <svg aria-hidden="true" width="28" height="28" viewBox="0 0 32 32">
        <rect width="32" height="32" rx="9" fill="var(--accent)" />
        <g fill="none" stroke="var(--on-accent)" strokeWidth="2.2" strokeLinecap="round">
          <path d="M16 26v-8M16 18c0-4-5-4-7-8M16 18c0-4 5-4 7-8M16 18V9" />
        </g>
        <g fill="var(--on-accent)">
          <circle cx="9" cy="9.5" r="2.6" />
          <circle cx="23" cy="9.5" r="2.6" />
          <circle cx="16" cy="7.5" r="2.6" />
        </g>
      </svg>
      <span className={styles.name}>{productName}</span>
    </a>
  );
}
