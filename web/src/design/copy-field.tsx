import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { CopyButton } from './copy-button.tsx';
import styles from './copy-field.module.css';
import field from './field.module.css';

export interface CopyFieldProps {
  label: string;
  value: string;
  testId: string;
}

/** Something to be pasted into another program. */
export function CopyField({ label, value, testId }: CopyFieldProps) {
  const { t } = useTranslation();
  const id = useId();
  return (
    <div className={field.field}>
      <label className={field.label} htmlFor={id}>
        {label}
      </label>
      <div className={styles.row}>
        <input id={id} className={field.input} readOnly value={value} data-testid={testId} />
        <CopyButton text={value} label={t('copy')} spoken={t('copyName', { name: label })} />
      </div>
    </div>
  );
}
