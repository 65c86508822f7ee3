import { Checkbox } from 'react-aria-components';
import { cx } from '../lib/cx.ts';
import { Icon } from './icon.tsx';
import styles from './tick.module.css';

export interface TickProps {
  testId: string;
  label: string;
  on: boolean;
  onChange: (on: boolean) => void;
}

/** Something that is so or not so. */
export function Tick({ testId, label, on, onChange }: TickProps) {
  return (
    <Checkbox className={cx(styles.tick)} isSelected={on} onChange={onChange} data-testid={testId}>
      <span className={styles.box}>{on && <Icon name="check" size={14} />}</span>
      {label}
    </Checkbox>
  );
}
