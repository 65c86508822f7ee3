import styles from './failure.module.css';

/** Says in one line that something did not happen; it is there before that, so that it is read out. */
export function Failure({ text }: { text: string | null }) {
  return (
    <p role="alert" className={styles.failure}>
      {text}
    </p>
  );
}
