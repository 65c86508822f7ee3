import { cx } from '../lib/cx.ts';
import { hueOf, initials } from '../lib/format.ts';
import styles from './avatar.module.css';

/** Stands for a person without a picture; its colour stays theirs, however often they come. */
export function Avatar({ name, small = false }: { name: string; small?: boolean }) {
  return (
    <span className={cx(styles.avatar, small && styles.small)} style={{ '--hue': hueOf(name) }} aria-hidden="true">
      {initials(name)}
    </span>
  );
}
