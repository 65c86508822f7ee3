import { useId } from 'react';
import styles from './check.module.css';

export interface CheckProps {
  label: string;
  /** What it costs, or what else there is to know. */
  description?: string;
  on: boolean;
  testId?: string;
  onChange: (on: boolean) => void;
}

/** Something that is so or not so. */
export function Check({ label, description, on, testId, onChange }: CheckProps) {
  const id = useId();
  return (
    <div className={styles.check}>
      <input
        id={id}
        type="checkbox"
        checked={on}
        aria-describedby={description === undefined ? undefined : `${id}-more`}
        data-testid={testId}
        onChange={(event) => onChange(event.target.checked)}
      />
      <label htmlFor={id}>{label}</label>
      {description !== undefined && <p id={`${id}-more`}>{description}</p>}
    </div>
  );
}
