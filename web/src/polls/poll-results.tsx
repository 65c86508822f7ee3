import type { Poll, PollResults } from '@canopy/client';
import { useTranslation } from 'react-i18next';
import { Icon } from '../design/icon.tsx';
import styles from './polls.module.css';

/** How a poll stands: numbers in words, and a bar beside them that says nothing else. */
export function PollResultsView({ poll, results }: { poll: Poll; results: PollResults }) {
  const { t } = useTranslation('polls');
  const { counts, voters } = results;
  return (
    <div className={styles.results} data-testid="poll-results">
      <ul className={styles.bars}>
        {poll.options.map((option, index) => {
          const count = counts[index] ?? 0;
          const percent = voters === 0 ? 0 : Math.round((100 * count) / voters);
          const isOwn = poll.ownChoices.includes(index);
          return (
            <li key={option}>
              <div className={styles.outcome}>
                <span className={styles.name}>
                  {option}
                  {isOwn && (
                    <small>
                      <Icon name="check" size={12} /> {t('ownChoice')}
                    </small>
                  )}
                </span>
                <span className={styles.number}>{t('result', { count, percent })}</span>
              </div>
              <div className={styles.track} aria-hidden="true">
                <div className={styles.bar} style={{ inlineSize: `${percent}%` }} />
              </div>
            </li>
          );
        })}
      </ul>
      <p className={styles.hint}>{t('voters', { count: voters })}</p>
    </div>
  );
}
