import { useTranslation } from 'react-i18next';
import { Button } from '../design/button.tsx';
import { Dialog, DialogButtons } from '../design/dialog.tsx';
import { Select } from '../design/field.tsx';
import { Icon } from '../design/icon.tsx';
import type { DeviceStore } from '../devices/device-store.ts';
import { chooseLanguage, type Language, languages } from '../i18n/index.ts';
import { DeviceSettings } from './device-settings.tsx';
import { ShortcutSettings } from './shortcut-settings.tsx';
import { ViewSettings } from './view-settings.tsx';

export interface SettingsDialogProps {
  /** Null for those who only watch. */
  devices: { camera: DeviceStore; microphone: DeviceStore } | null;
  /** Somebody wants to see the keyboard shortcuts. */
  toShortcuts?: boolean;
  onClose: () => void;
}

/** Everything a person can set for themselves. */
export function SettingsDialog({ devices, toShortcuts = false, onClose }: SettingsDialogProps) {
  const { t } = useTranslation('settings');
  return (
    <Dialog title={t('title')} testId="settings" onClose={onClose}>
      <LanguageChoice />
      <ViewSettings />
      <DeviceSettings devices={devices} />
      <ShortcutSettings wanted={toShortcuts} />
      <DialogButtons>
        <Button look="primary" data-testid="close-settings" onPress={onClose}>
          {t('close', { ns: 'common' })}
        </Button>
      </DialogButtons>
    </Dialog>
  );
}

function LanguageChoice() {
  const { t, i18n } = useTranslation('common');
  const known = Object.entries(languages) as [Language, string][];
  return (
    <Select
      label={t('language')}
      icon={<Icon name="globe" size={18} />}
      data-testid="language"
      value={i18n.language}
      onChange={(event) => {
        const chosen = known.find(([tag]) => tag === event.target.value)?.[0];
        if (chosen !== undefined) void chooseLanguage(chosen);
      }}
    >
      {known.map(([tag, name]) => (
        <option key={tag} value={tag} lang={tag}>
          {name}
        </option>
      ))}
    </Select>
  );
}
