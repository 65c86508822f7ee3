import type { KeyboardEvent } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { Text } from '../design/field.tsx';

export interface PersonSearchProps {
  typed: string;
  onType: (typed: string) => void;
  /** Nobody is found by what was typed. */
  nobody: boolean;
}

/** Finds people by name. */
export function PersonSearch({ typed, onType, nobody }: PersonSearchProps) {
  const { t } = useTranslation('meeting');
  return (
    <search>
      <Text
        type="search"
        label={t('findPerson')}
        value={typed}
        onChange={onType}
        onKeyDown={keepForm}
        testId="find-person"
      />
      <p role="status">{nobody && t('nobodyFound')}</p>
    </search>
  );
}

/** Nothing is sent by it: a form that it stands in is not done yet. */
function keepForm(event: KeyboardEvent): void {
  if (event.key === 'Enter') event.preventDefault();
  else event.continuePropagation();
}
