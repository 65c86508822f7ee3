import type { ReactNode } from 'react';
import { Tooltip, TooltipTrigger } from 'react-aria-components';
import { cx } from '../lib/cx.ts';
import styles from './hint.module.css';

/** Says in words what a button with an icon does, when it is hovered or focused. */
export function Hint({ text, children }: { text: string; children: ReactNode }) {
  return (
    <TooltipTrigger delay={400}>
      {children}
      <Tooltip className={cx(styles.hint)} offset={8}>
        {text}
      </Tooltip>
    </TooltipTrigger>
  );
}
