import { Button } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { Icon } from '../design/icon.tsx';
import { cx } from '../lib/cx.ts';
import styles from './pager.module.css';
import { stage } from './stage-store.ts';

/** Turns the pages of the grid. */
export function Pager({ page, pages }: { page: number; pages: number }) {
  const { t } = useTranslation('stage');
  if (pages < 2) return null;
  const turnTo = (to: number) => () => stage.setState({ page: to });
  return (
    <nav className={styles.pager} aria-label={t('page', { page: page + 1, pages })}>
      <Button
        className={cx(styles.turn)}
        aria-label={t('previousPage')}
        isDisabled={page === 0}
        onPress={turnTo(page - 1)}
      >
        <Icon name="back" />
      </Button>
      <span role="status" data-testid="page">
        {t('page', { page: page + 1, pages })}
      </span>
      <Button
        className={cx(styles.turn)}
        aria-label={t('nextPage')}
        data-testid="next-page"
        isDisabled={page === pages - 1}
        onPress={turnTo(page + 1)}
      >
        <Icon name="forward" />
      </Button>
    </nav>
  );
}
