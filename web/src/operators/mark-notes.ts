import { useTranslation } from 'react-i18next';
import type { Mark } from './marks.ts';

/** What stands below a mark, in words: how many edges, their people, and what is wrong. */
export function useMarkNotes({ edges, sessions, state }: Mark): string[] {
  const { t } = useTranslation('operators');
  return [
    t('edgeCount', { count: edges.length }),
    ...(sessions > 0 ? [t('personCount', { count: sessions })] : []),
    ...(state === 'ready' ? [] : [t(state)]),
  ];
}
