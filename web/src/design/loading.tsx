import { useTranslation } from 'react-i18next';
import styles from './loading.module.css';

/** Stands where something will be in a moment; only once that takes long enough to be noticed. */
export function Loading() {
  const { t } = useTranslation();
  return (
    <p className={styles.loading} role="status">
      {t('loading')}
    </p>
  );
}
