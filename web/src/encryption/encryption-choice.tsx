import { canEncrypt } from '@canopy/client';
import { useTranslation } from 'react-i18next';
import { Check } from '../design/check.tsx';

export interface EncryptionChoiceProps {
  on: boolean;
  onChange: (on: boolean) => void;
}

/** Offers to encrypt a new meeting end to end, and says what that costs. Nothing in browsers that can't. */
export function EncryptionChoice({ on, onChange }: EncryptionChoiceProps) {
  const { t } = useTranslation('encryption');
  if (!canEncrypt()) return null;
  return (
    <Check testId="encrypt-meeting" label={t('choose')} description={t('chooseText')} on={on} onChange={onChange} />
  );
}
