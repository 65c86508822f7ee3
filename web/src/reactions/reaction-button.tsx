import { type Meeting, stageEmojis } from '@canopy/client';
import { Button, Dialog, DialogTrigger, Popover } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { RoundButton } from '../design/round-button.tsx';
import { cx } from '../lib/cx.ts';
import styles from './reactions.module.css';

/** Opens a row of emojis; the one that is chosen rises over everybody's stage. */
export function ReactionButton({ meeting, onError }: { meeting: Meeting; onError: (error: unknown) => void }) {
  const { t } = useTranslation('reactions');
  return (
    <DialogTrigger>
      <RoundButton icon="smile" label={t('react')} data-testid="react" />
      <Popover className={cx(styles.popover)}>
        <Dialog className={cx(styles.choice)} aria-label={t('choose')}>
          {stageEmojis.map((emoji) => (
            <Button
              key={emoji}
              className={cx(styles.emoji)}
              aria-label={emoji}
              onPress={() => void meeting.reactions.send(emoji).catch(onError)}
            >
              {emoji}
            </Button>
          ))}
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}
