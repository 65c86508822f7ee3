import { cx } from '../lib/cx.ts';
import { hueOf, initials } from '../lib/format.ts';
import styles from './avatar.module.css';

/** Stands for a person without a picture; its colour stays theirs. */
export function Avatar({ id, name, small = false }: { id: string; name: string; small?: boolean }) {
  return (
    <span className={cx(styles.avatar, small && styles.small)} style={{ '--hue': hueOf(id) }} aria-hidden="true">
      {initials(name)}
    </span>
  );
}
