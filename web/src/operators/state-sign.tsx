import type { MeshEdge } from '@canopy/client';
import { useTranslation } from 'react-i18next';
import { cx } from '../lib/cx.ts';
import styles from './state-sign.module.css';

/** The state of an edge: a shape and a colour, and in words. */
export function StateSign({ state }: { state: MeshEdge['state'] }) {
  const { t } = useTranslation('operators');
  return <span className={cx(styles.sign, styles[state])}>{t(state)}</span>;
}
