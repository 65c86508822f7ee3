import { Button, type ButtonProps } from 'react-aria-components';
import { cx } from '../lib/cx.ts';
import { Icon, type IconName } from './icon.tsx';
import styles from './icon-button.module.css';
import { type MayBeUnavailable, whileUnavailable } from './unavailable.ts';

export interface IconButtonProps extends Omit<ButtonProps, 'className' | 'children'>, MayBeUnavailable {
  icon: IconName;
  /** What it does, for who does not see the icon. */
  label: string;
  'data-testid'?: string;
}

/** A small button with an icon, beside what it is about. */
export function IconButton({ icon, label, unavailable = false, ...props }: IconButtonProps) {
  return (
    <Button {...props} {...whileUnavailable(unavailable)} className={cx(styles.button)} aria-label={label}>
      <Icon name={icon} size={18} />
    </Button>
  );
}
