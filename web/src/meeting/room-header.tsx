import type { Meeting, MeetingView } from '@canopy/client';
import { ToggleButton } from 'react-aria-components';
import { BreakoutsToggle } from '../breakouts/breakouts-toggle.tsx';
import { Icon } from '../design/icon.tsx';
import { regionName, useConfig, useRegions } from '../lib/config.tsx';
import { cx } from '../lib/cx.ts';
import styles from './room-header.module.css';

/** What stands beside the stage. */
export type Panel = 'people' | 'plan' | 'breakouts';

export interface RoomHeaderProps {
  meeting: Meeting;
  view: MeetingView;
  panel: Panel | null;
  onPanel: (panel: Panel | null) => void;
}

export function RoomHeader({ meeting, view, panel, onPanel }: RoomHeaderProps) {
  const config = useConfig();
  const regions = useRegions();
  const toggle = (which: Panel) => ({
    className: cx(styles.toggle),
    isSelected: panel === which,
    onChange: (selected: boolean) => onPanel(selected ? which : null),
  });
  return (
    <header className={styles.header}>
      <div className={styles.title}>
        <h1>{view.title || 'Meeting'}</h1>
        {view.self.edge !== undefined && <p>You are connected in {regionName(regions, view.self.edge.region)}</p>}
      </div>
      <div className={styles.toggles}>
        {config.status === 'ready' && config.value.openAccess && (
          <ToggleButton {...toggle('plan')} aria-label="How it travels" data-testid="toggle-plan">
            <Icon name="route" size={18} />
          </ToggleButton>
        )}
        <BreakoutsToggle {...toggle('breakouts')} meeting={meeting} view={view} />
        <ToggleButton {...toggle('people')}>
          <Icon name="people" size={18} />
          <span className="visually-hidden">Participants:</span>
          <span data-testid="participant-count">{view.participants.size + view.attendeeCount}</span>
        </ToggleButton>
      </div>
    </header>
  );
}
