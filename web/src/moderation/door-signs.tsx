import type { Meeting } from '@canopy/client';
import { useTranslation } from 'react-i18next';
import { Icon } from '../design/icon.tsx';
import { useModeration } from './use-moderation.ts';

/** Says that nobody new can come in. */
export function LockSign({ meeting }: { meeting: Meeting }) {
  const { t } = useTranslation('moderation');
  const { rules } = useModeration(meeting);
  if (!rules.locked) return null;
  return (
    <span role="img" aria-label={t('isLocked')} title={t('isLocked')} data-testid="locked">
      <Icon name="lock" size={18} />
    </span>
  );
}

/** How many fit in, behind how many are in. */
export function Capacity({ meeting }: { meeting: Meeting }) {
  const { rules } = useModeration(meeting);
  return rules.capacity === null ? null : <span data-testid="capacity">/ {rules.capacity}</span>;
}
