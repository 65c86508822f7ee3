import { Button, MenuTrigger } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { Icon } from '../design/icon.tsx';
import { Menu, MenuItem } from '../design/menu.tsx';
import { cx } from '../lib/cx.ts';
import { nextLayout, stage, toggleLayout } from '../stage/stage-store.ts';
import type { Panel } from './panel.tsx';
import styles from './room-header.module.css';

export interface MoreMenuProps {
  /** The panels that have no button of their own here. */
  panels: readonly { panel: Panel; name: string }[];
  onPanel: (panel: Panel) => void;
  onSettings: () => void;
}

/** What is needed less often, where there is no room for a button for each. */
export function MoreMenu({ panels, onPanel, onSettings }: MoreMenuProps) {
  const { t } = useTranslation(['meeting', 'stage', 'settings']);
  const next = useStore(stage, nextLayout);
  return (
    <MenuTrigger>
      <Button className={cx(styles.toggle)} aria-label={t('viewAndSettings')} data-testid="more">
        <Icon name="settings" size={18} />
      </Button>
      <Menu label={t('viewAndSettings')} placement="bottom start">
        <MenuItem data-testid="more-layout" onAction={toggleLayout}>
          {t(`stage:${next}`)}
        </MenuItem>
        {panels.map(({ panel, name }) => (
          <MenuItem key={panel} data-testid={`more-${panel}`} onAction={() => onPanel(panel)}>
            {name}
          </MenuItem>
        ))}
        <MenuItem data-testid="more-settings" onAction={onSettings}>
          {t('settings:title')}
        </MenuItem>
      </Menu>
    </MenuTrigger>
  );
}
