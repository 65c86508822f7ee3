import { useTranslation } from 'react-i18next';
import styles from './chat.module.css';

/** How many messages wait to be read; nothing if none do. */
export function UnreadBadge({ unread }: { unread: number }) {
  const { t } = useTranslation('chat');
  if (unread === 0) return null;
  return (
    <>
      <span className={styles.badge} aria-hidden="true" data-testid="unread">
        {unread > 99 ? '99+' : unread}
      </span>
      <span className="visually-hidden">{t('unread', { count: unread })}</span>
    </>
  );
}
