import type { ReactNode } from 'react';
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { cx } from '../lib/cx.ts';
import styles from './dialog.module.css';

export interface DialogProps {
  title: string;
  /** It interrupts: the page waits for an answer, which a click beside it is not. */
  urgent?: boolean;
  /** What is typed into it is not thrown away by a click beside it. */
  form?: boolean;
  /** It needs room: for a table, or for many answers side by side. */
  wide?: boolean;
  testId?: string;
  onClose: () => void;
  children: ReactNode;
}

/** Over the page while it is rendered, until it is answered or left with Escape. */
export function Dialog({ title, urgent = false, form = false, wide = false, testId, onClose, children }: DialogProps) {
  return (
    <ModalOverlay
      className={cx(styles.overlay)}
      isOpen
      isDismissable={!urgent && !form}
      onOpenChange={(isOpen) => isOpen || onClose()}
    >
      <Modal className={cx(styles.modal, wide && styles.wide)}>
        <AriaDialog
          className={cx(styles.dialog)}
          role={urgent ? 'alertdialog' : 'dialog'}
          {...(testId !== undefined && { 'data-testid': testId })}
        >
          <Heading slot="title">{title}</Heading>
          {children}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

/** The answers to a dialog, the one that does something last. They stay in sight, however long the dialog is. */
export function DialogButtons({ children }: { children: ReactNode }) {
  return <div className={styles.buttons}>{children}</div>;
}
