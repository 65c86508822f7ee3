import { type KeyboardEvent, type ReactNode, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { RoundButton } from '../design/round-button.tsx';
import { cx } from '../lib/cx.ts';
import styles from './more-controls.module.css';

export interface MoreControlsProps {
  /** There are more controls than a narrow bar has room for. */
  folds: boolean;
  children: ReactNode;
}

/** Controls that stand in the bar, or in words behind a button where it is too narrow for all. Hidden they are still there: one of them may keep a window open. */
export function MoreControls({ folds, children }: MoreControlsProps) {
  const { t } = useTranslation('meeting');
  const [open, setOpen] = useState(false);
  const toggle = useRef<HTMLButtonElement>(null);
  const controls = useRef<HTMLFieldSetElement>(null);
  const id = useId();

  function press({ key, target }: KeyboardEvent): void {
    // What opens from there has its own use for it.
    const within = target instanceof Node && controls.current?.contains(target);
    if (key !== 'Escape' || !within || !open) return;
    setOpen(false);
    toggle.current?.focus();
  }

  return (
    <>
      <div className={cx(styles.toggle, folds && styles.folds)}>
        <RoundButton
          ref={toggle}
          icon="dots"
          label={t('moreControls')}
          look={open ? 'active' : 'plain'}
          aria-expanded={open}
          aria-controls={id}
          data-testid="more-controls"
          onPress={() => setOpen(!open)}
        />
      </div>
      <fieldset
        ref={controls}
        id={id}
        aria-label={t('moreControls')}
        className={cx(styles.controls, folds && styles.folds, open && styles.open)}
        onKeyDown={press}
      >
        {children}
      </fieldset>
    </>
  );
}
