import { Button } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { cx } from '../lib/cx.ts';
import styles from './zoom-button.module.css';

/** A shared screen in its own size, to read it, or as a whole. */
export function ZoomButton({ zoomed, onZoom }: { zoomed: boolean; onZoom: (zoomed: boolean) => void }) {
  const { t } = useTranslation('stage');
  return (
    <Button className={cx(styles.zoom)} data-testid="zoom" onPress={() => onZoom(!zoomed)}>
      {t(zoomed ? 'fit' : 'zoom')}
    </Button>
  );
}
