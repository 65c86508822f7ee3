import { countCharacters } from '@canopy/client';
import { type FormEvent, type KeyboardEvent, type ReactNode, useId, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { keepUnsent, unsentIn, withoutSent } from '../lib/unsent.ts';
import { Button } from './button.tsx';
import { Hint } from './hint.tsx';
import { Icon, type IconName } from './icon.tsx';
import styles from './text-form.module.css';

export interface TextFormProps {
  label: string;
  placeholder: string;
  /** In characters, as `countCharacters` counts them. What is longer stays, and can't be sent. */
  longest: number;
  /** What the button does. */
  action: string;
  icon?: IconName;
  /** What is answered or changed, where it is not something new. */
  about?: string;
  testId: string;
  initial?: string;
  /** Under this name, what is typed and not sent is there again when the form is, in the same meeting. */
  keptAs?: string;
  /** Takes the focus when it appears. */
  focused?: boolean;
  /** False while something is missing without which nothing can be sent. */
  ready?: boolean;
  /** Waits for what is done, and shows it when it fails. */
  act: (work: Promise<void>) => void;
  onSubmit: (text: string) => Promise<void>;
  onType?: () => void;
  /** Gives up what it is `about`; so does Escape. */
  onCancel?: () => void;
  /** Stands above the text, or beside it where there is room. */
  children?: ReactNode;
}

/** From a certain length on it is said how many characters are left. */
const nearlyFull = 0.9;

/** A few lines and a button. Enter sends, Shift and Enter make a new line. What could not be sent stays. */
export function TextForm({
  about,
  initial = '',
  focused = false,
  ready = true,
  icon = 'send',
  children,
  act,
  ...props
}: TextFormProps) {
  const { label, placeholder, longest, action, testId, keptAs, onSubmit, onType, onCancel } = props;
  const { t } = useTranslation(['common', 'fields']);
  const id = useId();
  const [text, setText] = useState(() => (keptAs && unsentIn(keptAs)) ?? initial);
  const [busy, setBusy] = useState(false);
  const length = useMemo(() => countCharacters(text.trim()), [text]);
  const isTooLong = length > longest;

  function type(typed: string): void {
    setText(typed);
    if (keptAs !== undefined) keepUnsent(keptAs, typed);
    onType?.();
  }

  async function send(): Promise<void> {
    setBusy(true);
    try {
      await onSubmit(text);
      // What is submitted last may be the last of this form.
      if (keptAs !== undefined) keepUnsent(keptAs, withoutSent(unsentIn(keptAs) ?? '', text));
      setText((now) => withoutSent(now, text));
    } finally {
      setBusy(false);
    }
  }

  function submit(event: FormEvent | KeyboardEvent): void {
    event.preventDefault();
    if (length > 0 && !isTooLong && ready && !busy) act(send());
  }

  function press(event: KeyboardEvent): void {
    if (event.key === 'Escape' && about !== undefined) {
      event.preventDefault();
      onCancel?.();
    }
    // Safari ends the composition before the key that confirms it, which alone tells (229).
    const composes = event.nativeEvent.isComposing || event.keyCode === 229;
    if (event.key === 'Enter' && !event.shiftKey && !composes) submit(event);
  }

  return (
    <form className={styles.form} onSubmit={submit}>
      {about !== undefined && (
        <div className={styles.about}>
          <span>{about}</span>
          <Button onPress={() => onCancel?.()}>{t('cancel')}</Button>
        </div>
      )}
      {children}
      <label className="visually-hidden" htmlFor={id}>
        {label}
      </label>
      <textarea
        id={id}
        // biome-ignore lint/a11y/noAutofocus: what was chosen begins here
        autoFocus={focused}
        className={styles.text}
        dir="auto"
        rows={2}
        aria-describedby={`${id}-length`}
        aria-invalid={isTooLong}
        placeholder={placeholder}
        value={text}
        onChange={(event) => type(event.target.value)}
        onKeyDown={press}
        data-testid={`${testId}-text`}
      />
      <Hint text={action}>
        <Button
          type="submit"
          look="primary"
          aria-label={action}
          unavailable={busy}
          isDisabled={!ready || isTooLong}
          data-testid={`${testId}-send`}
        >
          <Icon name={icon} />
        </Button>
      </Hint>
      <p id={`${id}-length`} className={styles.length}>
        <span role="status">{isTooLong && t('fields:tooLong', { most: longest })}</span>
        {length > longest * nearlyFull && (
          <span>
            {length} / {longest}
          </span>
        )}
      </p>
    </form>
  );
}
