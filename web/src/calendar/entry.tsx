import type { CalendarEntry } from '@canopy/client';
import { Group } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { Button } from '../design/button.tsx';
import { CopyButton } from '../design/copy-button.tsx';
import { withKey } from '../encryption/invitation-link.ts';
import { keyOfSchedule } from '../encryption/schedule-keys.ts';
import { regional } from '../i18n/regional.ts';
import { cx } from '../lib/cx.ts';
import { navigate } from '../lib/router.ts';
import { RegistrationsButton } from '../registration/registrations-button.tsx';
import styles from './calendar-page.module.css';
import { repetitionOf } from './repetition.ts';

export interface EntryProps {
  entry: CalendarEntry;
  onInvite: () => void;
  onEdit: () => void;
  onCancel: () => void;
}

export function Entry({ entry, onInvite, onEdit, onCancel }: EntryProps) {
  const { t, i18n } = useTranslation(['calendar', 'encryption', 'common']);
  const { meetingId, title, startTime, durationMinutes, meetingStatus, schedule } = entry;
  const time = new Intl.DateTimeFormat(regional(i18n.language), { timeStyle: 'short' });
  const name = title || t('common:untitled');
  const isEncrypted = schedule.settings.endToEndEncrypted === true;
  const key = isEncrypted ? keyOfSchedule(schedule.id) : undefined;
  const marks = [
    t('minutes', { count: durationMinutes }),
    ...(schedule.mode === 'webinar' ? [t('webinar')] : []),
    ...(schedule.recurrence === null ? [] : [t(repetitionOf(schedule.recurrence) ?? 'series')]),
    ...(isEncrypted ? [t('encryption:sign')] : []),
  ];
  const isOpen = meetingStatus !== 'ended';
  const guestLink = withKey(schedule.links.guest, key);
  return (
    <li className={styles.entry} data-testid="entry">
      <time className={styles.time} dateTime={startTime}>
        {time.format(new Date(startTime))}
      </time>
      <div className={styles.what}>
        <strong>{name}</strong>
        <span>{marks.join(' · ')}</span>
        {isEncrypted && key === undefined && <span data-testid="key-elsewhere">{t('keyElsewhere')}</span>}
      </div>
      {isOpen && (
        <Group className={cx(styles.actions)} aria-label={name}>
          <Button
            look="primary"
            data-testid="open-meeting"
            onPress={() => navigate(withKey(`/m/${meetingId}?role=host`, key))}
          >
            {t('open')}
          </Button>
          <CopyButton text={guestLink} label={t('copy')} data-testid="copy-link" data-link={guestLink} />
          <Button onPress={onInvite} data-testid="entry-links">
            {t('links')}
          </Button>
          {schedule.mode === 'webinar' && schedule.settings.registration !== undefined && (
            <RegistrationsButton meetingId={meetingId} />
          )}
          <a className={styles.download} href={schedule.links.calendar} download>
            {t('download')}
          </a>
          {meetingStatus === 'scheduled' && (
            <div className={styles.changes}>
              <Button onPress={onEdit} data-testid="edit">
                {t('edit')}
              </Button>
              <Button onPress={onCancel} data-testid="cancel">
                {t('cancel')}
              </Button>
            </div>
          )}
        </Group>
      )}
    </li>
  );
}
