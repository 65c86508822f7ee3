import styles from './settings-dialog.module.css';

export interface CheckProps {
  label: string;
  checked: boolean;
  testId?: string;
  onChange: (checked: boolean) => void;
}

export function Check({ label, checked, testId, onChange }: CheckProps) {
  return (
    <label className={styles.check}>
      <input
        type="checkbox"
        checked={checked}
        data-testid={testId}
        onChange={(event) => onChange(event.target.checked)}
      />
      {label}
    </label>
  );
}
