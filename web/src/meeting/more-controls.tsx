import {
  createContext,
  type KeyboardEvent,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useId,
  useRef,
  useState,
} from 'react';
import { useTranslation } from 'react-i18next';
import { RoundButton } from '../design/round-button.tsx';
import { cx } from '../lib/cx.ts';
import styles from './more-controls.module.css';

const Close = createContext(() => {});

/** Called by a control when it has done what it was pressed for: others may take its place, and what it opens needs the room. */
export const useCloseControls = () => useContext(Close);

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
  if (!folds && open) setOpen(false);

  const close = useCallback(() => {
    setOpen(false);
    // With the focus in them they stay in sight.
    if (controls.current?.contains(document.activeElement)) toggle.current?.focus();
  }, []);

  // What opens from there stands neither in the main part nor in the header.
  useEffect(() => {
    if (!open) return;
    function turnAway({ target }: Event): void {
      if (target instanceof Element && target.closest('main, header') !== null) close();
    }
    document.addEventListener('pointerdown', turnAway);
    document.addEventListener('focusin', turnAway);
    return () => {
      document.removeEventListener('pointerdown', turnAway);
      document.removeEventListener('focusin', turnAway);
    };
  }, [open, close]);

  function press({ key, target }: KeyboardEvent): void {
    // What opens from there has its own use for it.
    const within = target instanceof Node && controls.current?.contains(target);
    if (key === 'Escape' && within) close();
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
          onKeyDown={(event) => {
            if (event.key === 'Escape') close();
            // The keys of the stage go on working.
            event.continuePropagation();
          }}
        />
      </div>
      <fieldset
        ref={controls}
        id={id}
        aria-label={t('moreControls')}
        className={cx(styles.controls, folds && styles.folds, open && styles.open)}
        onKeyDown={press}
      >
        <Close value={close}>{children}</Close>
      </fieldset>
    </>
  );
}
