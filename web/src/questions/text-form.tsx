import { type FormEvent, type KeyboardEvent, type ReactNode, useId, useState } from 'react';
import { Button } from '../design/button.tsx';
import styles from './questions.module.css';

export interface TextFormProps {
  label: string;
  placeholder: string;
  longest: number;
  /** What the button says. */
  action: string;
  testId: string;
  initial?: string;
  autoFocus?: boolean;
  /** Waits for what is done, and shows it when it fails. */
  act: (work: Promise<void>) => void;
  onSubmit: (text: string) => Promise<void>;
  onType?: () => void;
  onEscape?: () => void;
  children?: ReactNode;
}

/** A few lines and a button. Enter sends, Shift and Enter make a new line. What could not be sent stays. */
export function TextForm({
  label,
  placeholder,
  longest,
  action,
  testId,
  initial = '',
  autoFocus,
  ...rest
}: TextFormProps) {
  const { act, onSubmit, onType, onEscape, children } = rest;
  const id = useId();
  const [text, setText] = useState(initial);
  const [busy, setBusy] = useState(false);

  async function send(): Promise<void> {
    setBusy(true);
    try {
      await onSubmit(text);
      setText('');
    } finally {
      setBusy(false);
    }
  }

  function submit(event: FormEvent | KeyboardEvent): void {
    event.preventDefault();
    if (text.trim() !== '' && !busy) act(send());
  }

  function press(event: KeyboardEvent): void {
    if (event.key === 'Escape') onEscape?.();
    if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) submit(event);
  }

  return (
    <form className={styles.form} onSubmit={submit}>
      <label className="visually-hidden" htmlFor={id}>
        {label}
      </label>
      <textarea
        id={id}
        // biome-ignore lint/a11y/noAutofocus: what was chosen begins here
        autoFocus={autoFocus}
        rows={2}
        maxLength={longest}
        placeholder={placeholder}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          onType?.();
        }}
        onKeyDown={press}
        data-testid={`${testId}-text`}
      />
      {children}
      <Button type="submit" look="primary" isDisabled={busy} data-testid={`${testId}-send`}>
        {action}
      </Button>
    </form>
  );
}
