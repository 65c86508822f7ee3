import { type Meeting, TrackSource } from '@canopy/client';
import { Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { RoundButton } from '../design/round-button.tsx';
import { cx } from '../lib/cx.ts';
import { type ScreenContent, shareScreen, stopSharing } from '../meeting/screen-share.ts';
import { useMeetingView } from '../meeting/view-store.ts';
import { screenAudience } from './screen-audience.ts';
import styles from './share-button.module.css';

export interface ShareButtonProps {
  meeting: Meeting;
  onError: (error: unknown) => void;
}

/** Shares a screen, as text or as film, and says who can see it. */
export function ShareButton({ meeting, onError }: ShareButtonProps) {
  const { t } = useTranslation('stage');
  const view = useMeetingView(meeting);
  const audience = screenAudience(view);
  if (!('getDisplayMedia' in (navigator.mediaDevices ?? {}))) return null;
  if (view.self.published.has(TrackSource.SCREEN)) {
    return (
      <>
        <RoundButton
          icon="screen"
          label={t('stopSharing')}
          look="active"
          data-testid="toggle-screen"
          data-on={true}
          onPress={() => void stopSharing(meeting).catch(onError)}
        />
        <span className={styles.audience} role="status" data-testid="screen-audience">
          {audience !== null && audience.all > 0 && t('sees', audience)}
        </span>
      </>
    );
  }
  const share = (content: ScreenContent) => () => void shareScreen(meeting, content).catch(onError);
  return (
    <MenuTrigger>
      <RoundButton icon="screen" label={t('share')} data-testid="toggle-screen" data-on={false} />
      <Popover className={cx(styles.popover)} placement="top">
        <Menu className={cx(styles.menu)} aria-label={t('share')}>
          <MenuItem className={cx(styles.item)} data-testid="share-text" onAction={share('detail')}>
            {t('forText')}
          </MenuItem>
          <MenuItem className={cx(styles.item)} data-testid="share-motion" onAction={share('motion')}>
            {t('forMotion')}
          </MenuItem>
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
