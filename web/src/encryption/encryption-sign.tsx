import type { Meeting } from '@canopy/client';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../design/button.tsx';
import { Dialog, DialogButtons } from '../design/dialog.tsx';
import { Icon } from '../design/icon.tsx';
import styles from './encryption.module.css';
import { KeyForm } from './key-form.tsx';
import { useEncryption } from './use-encryption.ts';

/** A lock that says the meeting is encrypted end to end. Behind it: the code to compare, what is not possible, and where to enter another key. */
export function EncryptionSign({ meeting }: { meeting: Meeting }) {
  const { t } = useTranslation('encryption');
  const { on } = useEncryption(meeting);
  const [isOpen, setOpen] = useState(false);
  if (!on) return null;
  return (
    <>
      <button type="button" className={styles.sign} data-testid="encryption-sign" onClick={() => setOpen(true)}>
        <Icon name="lock" size={16} />
        {t('sign')}
      </button>
      {isOpen && <EncryptionDialog meeting={meeting} onClose={() => setOpen(false)} />}
    </>
  );
}

function EncryptionDialog({ meeting, onClose }: { meeting: Meeting; onClose: () => void }) {
  const { t } = useTranslation('encryption');
  const { code, deriving } = useEncryption(meeting);
  return (
    <Dialog title={t('title')} onClose={onClose}>
      <div className={styles.words}>
        <p>{t('text')}</p>
        {code === null ? (
          !deriving && <p>{t('noKeyText')}</p>
        ) : (
          <>
            <p className={styles.code} data-testid="encryption-code">
              {code}
            </p>
            <p>{t('compare')}</p>
          </>
        )}
        <h3>{t('offTitle')}</h3>
        <ul>
          <li>{t('offRecording')}</li>
          <li>{t('offPrograms')}</li>
          <li>{t('offCodecs')}</li>
        </ul>
        <h3>{t('limitsTitle')}</h3>
        <p>{t('limits')}</p>
        <h3>{t('otherKey')}</h3>
        <KeyForm meeting={meeting} />
      </div>
      <DialogButtons>
        <Button data-testid="close-encryption" onPress={onClose}>
          {t('close', { ns: 'common' })}
        </Button>
      </DialogButtons>
    </Dialog>
  );
}
