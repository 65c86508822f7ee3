import type { Edge, Meeting } from '@canopy/client';
import { lazy, type RefObject, Suspense, useEffect, useRef, useState } from 'react';
import { Button, Dialog, DialogTrigger, Heading, Popover } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { Icon } from '../design/icon.tsx';
import { regionName, useRegions } from '../lib/config.tsx';
import { cx } from '../lib/cx.ts';
import { humanError } from '../lib/error-texts.ts';
import styles from './tile-path.module.css';
import { useFollowed } from './use-followed.ts';

const PathMap = lazy(() => import('../map/path-map.tsx'));
const refreshMs = 2_000;

export interface TilePathProps {
  meeting: Meeting;
  trackId: string;
  /** Whose picture it is. */
  name: string;
}

/** Shows, on request, over which edges this picture comes. */
export function TilePathButton({ meeting, trackId, name }: TilePathProps) {
  const { t } = useTranslation('meeting');
  const button = useRef<HTMLButtonElement>(null);
  return (
    <DialogTrigger>
      <Button
        ref={button}
        className={cx(styles.button)}
        aria-label={t('howReaches', { name })}
        data-testid="tile-path-button"
      >
        <Icon name="route" size={18} />
      </Button>
      <Popover className={cx(styles.popover)} placement="bottom right" offset={6}>
        <Dialog className={cx(styles.dialog)}>
          <Heading slot="title" className={cx(styles.heading)}>
            {t('howReaches', { name })}
          </Heading>
          <Path meeting={meeting} trackId={trackId} button={button} />
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}

interface PathProps extends Omit<TilePathProps, 'name'> {
  button: RefObject<HTMLButtonElement | null>;
}

function Path({ meeting, trackId, button }: PathProps) {
  const { t } = useTranslation('meeting');
  useFollowed(button);
  const regions = useRegions();
  const path = usePath(meeting, trackId);
  if (path.status === 'loading') return <p className={styles.text}>{t('lookingUp')}</p>;
  if (path.status === 'failed') return <p className={styles.text}>{path.text}</p>;
  const hops = path.edges.flatMap(({ region }) => regions.find(({ id }) => id === region) ?? []);
  return (
    <div data-testid="tile-path" data-path={path.edges.map(({ region }) => region).join(',')}>
      <Suspense fallback={<div className={styles.mapSpace} />}>{hops.length > 0 && <PathMap hops={hops} />}</Suspense>
      <ol className={styles.hops}>
        {path.edges.map((edge, index) => (
          <li key={edge.id} title={edge.id}>
            {index > 0 && <Icon name="arrow" size={14} />}
            <span className={styles.chip}>{regionName(regions, edge.region)}</span>
          </li>
        ))}
      </ol>
      <p className={styles.text}>{t(summary(path.edges), { count: path.edges.length - 2 })}</p>
    </div>
  );
}

function summary({ length }: readonly Edge[]): 'sameEdge' | 'straight' | 'overRelays' {
  if (length <= 1) return 'sameEdge';
  return length === 2 ? 'straight' : 'overRelays';
}

type PathState = { status: 'loading' } | { status: 'ready'; edges: Edge[] } | { status: 'failed'; text: string };

/** Asks again every now and then: a path may change while somebody looks at it. */
function usePath(meeting: Meeting, trackId: string): PathState {
  const [path, setPath] = useState<PathState>({ status: 'loading' });
  useEffect(() => {
    let current = true;
    const ask = () => {
      meeting.trackPath(trackId).then(
        (edges) => current && setPath({ status: 'ready', edges }),
        (error: unknown) => current && setPath({ status: 'failed', text: humanError(error).title }),
      );
    };
    ask();
    const timer = setInterval(ask, refreshMs);
    return () => {
      current = false;
      clearInterval(timer);
    };
  }, [meeting, trackId]);
  return path;
}
