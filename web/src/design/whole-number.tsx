import { useTranslation } from 'react-i18next';
import { regional } from '../i18n/regional.ts';
import { Text, type TextProps } from './field.tsx';

export interface WholeNumberProps extends Omit<TextProps, 'inputMode' | 'validate'> {
  least: number;
  most: number;
}

/** A whole number in digits. */
export function WholeNumber({ least, most, ...props }: WholeNumberProps) {
  const { t, i18n } = useTranslation('fields');
  const digits = new Intl.NumberFormat(regional(i18n.language));

  function validate(value: string): string | null {
    const isOne = /^\d+$/.test(value) && Number(value) >= least && Number(value) <= most;
    // Whether it may be left empty is another question.
    return value === '' || isOne ? null : t('wholeNumber', { least: digits.format(least), most: digits.format(most) });
  }

  return <Text {...props} inputMode="numeric" validate={validate} />;
}
