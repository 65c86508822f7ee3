import type { ComponentProps } from 'react';
import {
  Menu as AriaMenu,
  MenuItem as AriaMenuItem,
  type MenuItemProps as AriaMenuItemProps,
  Popover,
} from 'react-aria-components';
import { cx } from '../lib/cx.ts';
import styles from './menu.module.css';

export interface MenuProps extends Pick<ComponentProps<typeof AriaMenu>, 'children' | 'onAction'> {
  label: string;
  placement?: ComponentProps<typeof Popover>['placement'];
}

/** What a button in a `MenuTrigger` opens. */
export function Menu({ label, placement = 'bottom end', ...props }: MenuProps) {
  return (
    <Popover className={cx(styles.popover)} placement={placement}>
      <AriaMenu {...props} className={cx(styles.menu)} aria-label={label} />
    </Popover>
  );
}

export interface MenuItemProps extends Omit<AriaMenuItemProps, 'className'> {
  /** It takes something away from somebody. */
  danger?: boolean;
}

export function MenuItem({ danger = false, ...props }: MenuItemProps) {
  return <AriaMenuItem {...props} className={cx(styles.item, danger && styles.danger)} />;
}
