import { Button } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { Hint } from '../design/hint.tsx';
import { Icon } from '../design/icon.tsx';
import { cx } from '../lib/cx.ts';
import header from '../meeting/room-header.module.css';
import { nextLayout, stage, toggleLayout } from '../stage/stage-store.ts';

/** Grid or speaker, and everything that can be set. */
export function ViewControls({ onSettings }: { onSettings: () => void }) {
  const { t } = useTranslation(['stage', 'settings']);
  const next = useStore(stage, nextLayout);
  const change = t(next);
  return (
    <>
      <Hint text={change}>
        <Button className={cx(header.toggle)} aria-label={change} data-testid="toggle-layout" onPress={toggleLayout}>
          <Icon name={next === 'toGrid' ? 'grid' : 'speakerView'} size={18} />
        </Button>
      </Hint>
      <Hint text={t('title', { ns: 'settings' })}>
        <Button
          className={cx(header.toggle)}
          aria-label={t('title', { ns: 'settings' })}
          data-testid="open-settings"
          onPress={onSettings}
        >
          <Icon name="settings" size={18} />
        </Button>
      </Hint>
    </>
  );
}
