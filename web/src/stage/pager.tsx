import { useTranslation } from 'react-i18next';
import { IconButton } from '../design/icon-button.tsx';
import styles from './pager.module.css';
import { stage } from './stage-store.ts';

/** Turns the pages of the grid. */
export function Pager({ page, pages }: { page: number; pages: number }) {
  const { t } = useTranslation('stage');
  if (pages < 2) return null;
  const turnTo = (to: number) => () => stage.setState({ page: to });
  return (
    <nav className={styles.pager} aria-label={t('page', { page: page + 1, pages })}>
      <IconButton icon="back" label={t('previousPage')} isDisabled={page === 0} onPress={turnTo(page - 1)} />
      <span role="status" data-testid="page">
        {t('page', { page: page + 1, pages })}
      </span>
      <IconButton
        icon="forward"
        label={t('nextPage')}
        data-testid="next-page"
        isDisabled={page === pages - 1}
        onPress={turnTo(page + 1)}
      />
    </nav>
  );
}
