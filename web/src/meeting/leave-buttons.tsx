import { type Meeting, type MeetingView, Role } from '@canopy/client';
import { useState } from 'react';
import { Button, MenuTrigger } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { ConfirmDialog } from '../design/confirm-dialog.tsx';
import { Icon } from '../design/icon.tsx';
import { Menu, MenuItem } from '../design/menu.tsx';
import { RoundButton } from '../design/round-button.tsx';
import { cx } from '../lib/cx.ts';
import { HostLeaveDialog } from './host-leave-dialog.tsx';
import { hostLeaving } from './host-leaving.ts';
import styles from './leave-buttons.module.css';

export interface LeaveButtonsProps {
  meeting: Meeting;
  view: MeetingView;
  onLeave: () => void;
  onError: (error: unknown) => void;
}

/** The way out. The only host is asked what becomes of those who stay; hosts may also end the meeting for everyone, if they mean it. */
export function LeaveButtons({ meeting, view, onLeave, onError }: LeaveButtonsProps) {
  const { t } = useTranslation('meeting');
  const [asks, setAsks] = useState<'leave' | 'end' | null>(null);
  const leaving = hostLeaving(view);
  const close = () => setAsks(null);

  async function handOver(participantId: string): Promise<void> {
    close();
    await meeting.moderation.transferHost(participantId);
    onLeave();
  }

  return (
    <div className={styles.buttons}>
      <RoundButton
        icon="leave"
        label={t('leave')}
        look="danger"
        data-testid="leave-button"
        onPress={leaving === null ? onLeave : () => setAsks('leave')}
      />
      {view.self.role === Role.HOST && (
        <MenuTrigger>
          <Button className={cx(styles.more)} aria-label={t('moreLeave')} data-testid="leave-menu">
            <Icon name="more" size={18} />
          </Button>
          <Menu label={t('moreLeave')} placement="top end">
            <MenuItem danger data-testid="end-for-everyone" onAction={() => setAsks('end')}>
              {t('endForAll')}
            </MenuItem>
          </Menu>
        </MenuTrigger>
      )}
      {asks === 'leave' && leaving !== null && (
        <HostLeaveDialog
          leaving={leaving}
          onLeave={onLeave}
          onHandOver={(participantId) => void handOver(participantId).catch(onError)}
          onEnd={() => setAsks('end')}
          onClose={close}
        />
      )}
      {asks === 'end' && (
        <ConfirmDialog
          title={t('endForAllTitle')}
          text={t('endForAllText')}
          action={t('endForAll')}
          cancel={t('endNotYet')}
          testId="end"
          onConfirm={() => void meeting.moderation.end().catch(onError)}
          onClose={close}
        />
      )}
    </div>
  );
}
