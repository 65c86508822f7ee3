import type { MeetingView } from '@canopy/client';
import { ToggleButton } from 'react-aria-components';
import { Icon } from '../design/icon.tsx';
import { regionName, useRegions } from '../lib/config.tsx';
import { cx } from '../lib/cx.ts';
import styles from './room-header.module.css';

export interface RoomHeaderProps {
  view: MeetingView;
  panelOpen: boolean;
  onPeople: () => void;
}

export function RoomHeader({ view, panelOpen, onPeople }: RoomHeaderProps) {
  const regions = useRegions();
  return (
    <header className={styles.header}>
      <div className={styles.title}>
        <h1>{view.title || 'Meeting'}</h1>
        {view.self.edge !== undefined && <p>You are connected in {regionName(regions, view.self.edge.region)}</p>}
      </div>
      <ToggleButton className={cx(styles.people)} isSelected={panelOpen} onChange={onPeople}>
        <Icon name="people" size={18} />
        <span className="visually-hidden">Participants:</span>
        <span data-testid="participant-count">{view.participants.size}</span>
      </ToggleButton>
    </header>
  );
}
