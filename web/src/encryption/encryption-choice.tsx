import { canEncrypt } from '@canopy/client';
import { useTranslation } from 'react-i18next';
import { Check } from '../design/check.tsx';

export interface EncryptionChoiceProps {
  on: boolean;
  onChange: (on: boolean) => void;
  /** What else there is to know once it is chosen. */
  children?: string;
}

/** Offers to encrypt a new meeting end to end, and says what that costs. Nothing in browsers that can't. */
export function EncryptionChoice({ on, onChange, children = '' }: EncryptionChoiceProps) {
  const { t } = useTranslation('encryption');
  if (!canEncrypt()) return null;
  const text = on ? `${t('chooseText')} ${children}`.trim() : t('chooseText');
  return <Check testId="encrypt-meeting" label={t('choose')} description={text} on={on} onChange={onChange} />;
}
