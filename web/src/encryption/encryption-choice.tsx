import { canEncrypt } from '@canopy/client';
import { Checkbox } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { Icon } from '../design/icon.tsx';
import { cx } from '../lib/cx.ts';
import styles from './encryption.module.css';

export interface EncryptionChoiceProps {
  isSelected: boolean;
  onChange: (isSelected: boolean) => void;
}

/** Offers to encrypt a new meeting end to end, and says what that costs. Nothing in browsers that can't. */
export function EncryptionChoice({ isSelected, onChange }: EncryptionChoiceProps) {
  const { t } = useTranslation('encryption');
  if (!canEncrypt()) return null;
  return (
    <Checkbox
      className={cx(styles.choice)}
      isSelected={isSelected}
      onChange={onChange}
      aria-describedby="encryption-choice"
      data-testid="encrypt-meeting"
    >
      <span className={styles.box}>{isSelected && <Icon name="check" size={16} />}</span>
      <span>
        <strong>{t('choose')}</strong>
        <span id="encryption-choice">{t('chooseText')}</span>
      </span>
    </Checkbox>
  );
}
