import { Button, Dialog, DialogTrigger, Heading, Popover } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { regionName, useRegions } from '../lib/config.tsx';
import { cx } from '../lib/cx.ts';
import { changeQuery, useQuery } from '../lib/router.ts';
import { mapSize, place } from '../map/projection.ts';
import { EdgePanel } from './edge-panel.tsx';
import type { Way } from './link-health.ts';
import styles from './mark-button.module.css';
import { useMarkNotes } from './mark-notes.ts';
import type { Mark } from './marks.ts';

/** Over a mark of the map: leads to each of its edges, of which one stands in the address while they are looked at (`?edge=`). */
export function MarkButton({ mark, ways }: { mark: Mark; ways: readonly Way[] }) {
  const { t } = useTranslation('operators');
  const names = useRegions();
  const notes = useMarkNotes(mark);
  const looked = useQuery('edge');
  const isOpen = mark.edges.some(({ id }) => id === looked);
  const [x, y] = place(mark.location);
  const title = mark.regions.map((region) => regionName(names, region)).join(', ');
  return (
    <DialogTrigger
      isOpen={isOpen}
      onOpenChange={(opened) => changeQuery({ edge: opened ? (mark.edges[0]?.id ?? '') : '' })}
    >
      <Button
        className={cx(styles.button)}
        style={{ left: `${(100 * x) / mapSize.width}%`, top: `${(100 * y) / mapSize.height}%` }}
        aria-label={t('markOf', { names: title, notes: notes.join(', ') })}
        data-testid="operators-mark"
        data-region={mark.id}
      />
      <Popover className={cx(styles.popover)} placement="bottom" offset={6}>
        <Dialog className={cx(styles.dialog)} data-testid="operators-panel">
          <Heading slot="title" className={cx(styles.heading)}>
            {title}
          </Heading>
          <ul className={styles.edges}>
            {mark.edges.map((edge) => (
              <EdgePanel key={edge.id} edge={edge} ways={ways} />
            ))}
          </ul>
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}
