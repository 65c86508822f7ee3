import { Button as AriaButton, type ButtonProps as AriaButtonProps } from 'react-aria-components';
import { cx } from '../lib/cx.ts';
import styles from './button.module.css';
import { type MayBeUnavailable, whileUnavailable } from './unavailable.ts';

export interface ButtonProps extends Omit<AriaButtonProps, 'className'>, MayBeUnavailable {
  look?: 'primary' | 'quiet' | 'danger';
  wide?: boolean;
}

export function Button({ look = 'quiet', wide = false, unavailable = false, ...props }: ButtonProps) {
  return (
    <AriaButton
      {...props}
      {...whileUnavailable(unavailable)}
      className={cx(styles.button, styles[look], wide && styles.wide)}
    />
  );
}
