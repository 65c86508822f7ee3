import { Button } from './button.tsx';
import { Dialog, DialogButtons } from './dialog.tsx';

export interface ConfirmDialogProps {
  title: string;
  /** What will have happened. */
  text: string;
  /** On the button that does it. */
  action: string;
  /** On the button that does nothing. */
  cancel: string;
  testId: string;
  onConfirm: () => void;
  onClose: () => void;
}

/** Asks before something that cannot be taken back. It closes with either answer. */
export function ConfirmDialog({ title, text, action, cancel, testId, onConfirm, onClose }: ConfirmDialogProps) {
  return (
    <Dialog title={title} testId={`${testId}-dialog`} onClose={onClose}>
      <p>{text}</p>
      <DialogButtons>
        <Button onPress={onClose}>{cancel}</Button>
        <Button
          look="danger"
          data-testid={`confirm-${testId}`}
          onPress={() => {
            onClose();
            onConfirm();
          }}
        >
          {action}
        </Button>
      </DialogButtons>
    </Dialog>
  );
}
