import { useTranslation } from 'react-i18next';
import { IconButton } from '../design/icon-button.tsx';
import styles from './pager.module.css';

export interface PagerProps {
  /** Of what, for who does not see what it stands below. */
  label: string;
  /** The page shown, from 0. */
  page: number;
  pages: number;
  onTurn: (page: number) => void;
}

/** Turns pages; nothing where there is but one. */
export function Pager({ label, page, pages, onTurn }: PagerProps) {
  const { t } = useTranslation('stage');
  if (pages < 2) return null;
  return (
    <nav className={styles.pager} aria-label={label}>
      <IconButton icon="back" label={t('previousPage')} unavailable={page === 0} onPress={() => onTurn(page - 1)} />
      <span role="status" data-testid="page">
        {t('page', { page: page + 1, pages })}
      </span>
      <IconButton
        icon="forward"
        label={t('nextPage')}
        data-testid="next-page"
        unavailable={page === pages - 1}
        onPress={() => onTurn(page + 1)}
      />
    </nav>
  );
}
