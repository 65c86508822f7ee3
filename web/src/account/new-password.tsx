import { useTranslation } from 'react-i18next';
import { Text } from '../design/field.tsx';

interface NewPasswordProps {
  value: string;
  onChange: (password: string) => void;
  testId?: string;
}

/** Where somebody types the password they want from now on. */
export function NewPassword(props: NewPasswordProps) {
  const { t } = useTranslation('account');
  return (
    <Text
      label={t('newPassword')}
      description={t('passwordHint')}
      type="password"
      autoComplete="new-password"
      minLength={10}
      isRequired
      {...props}
    />
  );
}
