import { type ReactNode, type Ref, type SelectHTMLAttributes, useId, useState } from 'react';
import {
  Text as Description,
  FieldError,
  Input,
  Label,
  TextField,
  type TextFieldProps,
  type ValidationResult,
} from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { cx } from '../lib/cx.ts';
import styles from './field.module.css';

export interface TextProps extends Omit<TextFieldProps, 'className'> {
  label: string;
  placeholder?: string;
  /** More of what it is for. */
  description?: string;
  /** What is wrong with it; without that it is said what the browser misses. */
  wrong?: string | undefined;
  inputRef?: Ref<HTMLInputElement>;
  testId?: string;
}

/** What is wrong stands below the field until somebody types: were it to go only when they leave the field, the button they are about to press would move away. */
export function Text({ label, placeholder, description, wrong, inputRef, testId, onChange, ...props }: TextProps) {
  const [typed, setTyped] = useState(false);
  const missed = useMissed(props);

  function change(value: string): void {
    setTyped(true);
    onChange?.(value);
  }

  return (
    <TextField
      {...props}
      className={cx(styles.field)}
      onChange={change}
      {...(wrong !== undefined && { isInvalid: true })}
    >
      <Label className={cx(styles.label)}>{label}</Label>
      <Input
        {...(inputRef !== undefined && { ref: inputRef })}
        className={cx(styles.input)}
        placeholder={placeholder ?? ''}
        onInvalid={() => setTyped(false)}
        data-testid={testId}
      />
      {description !== undefined && (
        <Description slot="description" className={cx(styles.description)}>
          {description}
        </Description>
      )}
      {/* Empty rather than gone: React Aria looks for it when the field becomes wrong, and not again. */}
      <FieldError className={cx(styles.wrong)}>{(validation) => wrong ?? (typed ? '' : missed(validation))}</FieldError>
    </TextField>
  );
}

/** What a browser misses, in the language of the app: its own words are in that of the browser. */
function useMissed({ type, minLength, maxLength }: Pick<TextProps, 'type' | 'minLength' | 'maxLength'>) {
  const { t } = useTranslation('fields');
  return ({ validationDetails: wrong, validationErrors }: ValidationResult): string => {
    if (wrong.badInput) return t('incomplete');
    if (wrong.valueMissing) return t('missing');
    if (wrong.tooShort) return t('tooShort', { least: minLength });
    if (wrong.tooLong) return t('tooLong', { most: maxLength });
    if (wrong.typeMismatch) return t(type === 'email' ? 'noEmail' : 'noUrl');
    if (wrong.patternMismatch) return t('otherForm');
    return validationErrors.join(' ');
  };
}

export interface SelectProps extends Omit<SelectHTMLAttributes<HTMLSelectElement>, 'className'> {
  'data-testid'?: string;
  label: string;
  icon: ReactNode;
  /** The label stands beside it rather than above. */
  inline?: boolean;
}

/** The browser's own list: it is what phones and assistive technology know best. */
export function Select({ label, icon, inline = false, children, ...props }: SelectProps) {
  const id = useId();
  return (
    <div className={cx(styles.field, inline && styles.inline)}>
      <label className={styles.label} htmlFor={id}>
        {label}
      </label>
      <div className={styles.select}>
        <span className={styles.icon}>{icon}</span>
        <select {...props} id={id} className={styles.input}>
          {children}
        </select>
      </div>
    </div>
  );
}
