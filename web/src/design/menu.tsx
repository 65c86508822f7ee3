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
export function Menu({ label, placement = 'bottom end', onAction, ...props }: MenuProps) {
  return (
    <Popover className={cx(styles.popover)} placement={placement}>
      <AriaMenu {...props} onAction={afterwards(onAction)} className={cx(styles.menu)} aria-label={label} />
    </Popover>
  );
}

export interface MenuItemProps extends Omit<AriaMenuItemProps, 'className'> {
  /** It takes something away from somebody. */
  danger?: boolean;
}

export function MenuItem({ danger = false, onAction, ...props }: MenuItemProps) {
  return (
    <AriaMenuItem {...props} onAction={afterwards(onAction)} className={cx(styles.item, danger && styles.danger)} />
  );
}

/** Once the menu is gone and has given the focus back: what was chosen may take it, such as a form that appears. */
function afterwards<A extends unknown[]>(act: ((...args: A) => void) | undefined): (...args: A) => void {
  return (...args) => requestAnimationFrame(() => setTimeout(() => act?.(...args)));
}
