import type { ReactNode, Ref } from 'react';
import { Button, type ButtonProps } from 'react-aria-components';
import { cx } from '../lib/cx.ts';
import { Hint } from './hint.tsx';
import { Icon, type IconName } from './icon.tsx';
import styles from './round-button.module.css';
import { type MayBeUnavailable, whileUnavailable } from './unavailable.ts';

export interface RoundButtonProps extends Omit<ButtonProps, 'className' | 'children'>, MayBeUnavailable {
  icon: IconName;
  /** What it does; shown when hovered or focused. */
  label: string;
  look?: 'plain' | 'off' | 'active' | 'danger';
  badge?: ReactNode;
  ref?: Ref<HTMLButtonElement>;
  'data-on'?: boolean;
}

/** A control of the stage: an icon that says in words what it does. */
export function RoundButton({ icon, label, look = 'plain', badge, unavailable = false, ...props }: RoundButtonProps) {
  return (
    <Hint text={label}>
      <Button
        {...props}
        {...whileUnavailable(unavailable)}
        aria-label={label}
        className={cx(styles.button, styles[look])}
      >
        <Icon name={icon} size={22} />
        {badge}
      </Button>
    </Hint>
  );
}
