import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { Button } from '../design/button.tsx';
import { Select } from '../design/field.tsx';
import { Icon } from '../design/icon.tsx';
import type { DeviceStore } from '../devices/device-store.ts';
import { chooseLanguage, type Language, languages } from '../i18n/index.ts';
import { cx } from '../lib/cx.ts';
import { DeviceSettings } from './device-settings.tsx';
import styles from './settings-dialog.module.css';
import { ShortcutSettings } from './shortcut-settings.tsx';
import { ViewSettings } from './view-settings.tsx';

export interface SettingsDialogProps {
  /** Null for those who only watch. */
  devices: { camera: DeviceStore; microphone: DeviceStore } | null;
  isOpen: boolean;
  onClose: () => void;
}

/** Everything a person can set for themselves. */
export function SettingsDialog({ devices, isOpen, onClose }: SettingsDialogProps) {
  const { t } = useTranslation('settings');
  return (
    <ModalOverlay
      className={cx(styles.overlay)}
      isOpen={isOpen}
      isDismissable
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      <Modal className={cx(styles.modal)}>
        <Dialog className={cx(styles.dialog)} data-testid="settings">
          <Heading slot="title">{t('title')}</Heading>
          <LanguageChoice />
          <ViewSettings />
          <DeviceSettings devices={devices} />
          <ShortcutSettings />
          <Button look="primary" data-testid="close-settings" onPress={onClose}>
            {t('close', { ns: 'common' })}
          </Button>
        </Dialog>
      </Modal>
    </ModalOverlay>
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
