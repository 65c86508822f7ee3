import type { MeetingView } from '@canopy/client';
import type { ReactNode } from 'react';
import { ToggleButton } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { Icon } from '../design/icon.tsx';
import { regionName, useConfig, useRegions } from '../lib/config.tsx';
import { cx } from '../lib/cx.ts';
import styles from './room-header.module.css';

/** What stands beside the stage. */
export type Panel = 'people' | 'plan' | 'statistics';

export interface RoomHeaderProps {
  view: MeetingView;
  panel: Panel | null;
  onPanel: (panel: Panel | null) => void;
  children?: ReactNode;
}

export function RoomHeader({ view, panel, onPanel, children }: RoomHeaderProps) {
  const config = useConfig();
  const { t } = useTranslation('quality');
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
        {children}
        <ToggleButton {...toggle('statistics')} aria-label={t('title')} data-testid="toggle-statistics">
          <Icon name="signal" size={18} />
        </ToggleButton>
        {config.status === 'ready' && config.value.openAccess && (
          <ToggleButton {...toggle('plan')} aria-label="How it travels" data-testid="toggle-plan">
            <Icon name="route" size={18} />
          </ToggleButton>
        )}
        <ToggleButton {...toggle('people')}>
          <Icon name="people" size={18} />
          <span className="visually-hidden">Participants:</span>
          <span data-testid="participant-count">{view.participants.size + view.attendeeCount}</span>
        </ToggleButton>
      </div>
    </header>
  );
}
