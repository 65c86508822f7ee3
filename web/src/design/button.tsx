import { Button as AriaButton, type ButtonProps as AriaButtonProps } from 'react-aria-components';
import { cx } from '../lib/cx.ts';
import styles from './button.module.css';

export interface ButtonProps extends Omit<AriaButtonProps, 'className'> {
  look?: 'primary' | 'quiet' | 'danger';
  wide?: boolean;
}

export function Button({ look = 'quiet', wide = false, ...props }: ButtonProps) {
  return <AriaButton {...props} className={cx(styles.button, styles[look], wide && styles.wide)} />;
}
