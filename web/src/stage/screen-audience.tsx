import type { MeetingView, Participant } from '@canopy/client';
import { Button, Dialog, DialogTrigger, Popover } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { Notice } from '../design/notice.tsx';
import { cx } from '../lib/cx.ts';
import { inOrder } from '../meeting/people-order.ts';
import { type ScreenAudience as Audience, screenAudience } from './audience.ts';
import styles from './screen-audience.module.css';

/** Tells who shares a screen how many see it, and who. */
export function ScreenAudience({ view }: { view: MeetingView }) {
  const { t } = useTranslation('stage');
  const audience = screenAudience(view);
  if (audience === null) return <div role="status" data-testid="screen-audience" />;
  const all = audience.seeing.length + audience.missing.length;
  const text = t('sees', { seeing: audience.seeing.length, all });
  return (
    <div data-testid="screen-audience">
      {all > 0 && (
        <Notice quiet>
          <span role="status">{text}</span>
          <DialogTrigger>
            <Button className={cx(styles.button)} data-testid="who-sees">
              {t('whoSees')}
            </Button>
            <Popover className={cx(styles.popover)} placement="bottom">
              <Dialog className={cx(styles.dialog)} aria-label={text}>
                <Names audience={audience} selfId={view.self.participantId} />
              </Dialog>
            </Popover>
          </DialogTrigger>
        </Notice>
      )}
    </div>
  );
}

function Names({ audience: { seeing, missing, watching }, selfId }: { audience: Audience; selfId: string }) {
  const { t } = useTranslation('stage');
  const list = (people: readonly Participant[], testId: string) => (
    <ul data-testid={testId}>
      {inOrder(people, selfId).map(({ id, name }) => (
        <li key={id}>{name}</li>
      ))}
    </ul>
  );
  return (
    <>
      {seeing.length > 0 && <h3>{t('theySee')}</h3>}
      {list(seeing, 'seeing')}
      {missing.length > 0 && <h3>{t('theyDoNot')}</h3>}
      {list(missing, 'not-seeing')}
      {watching > 0 && <p>{t('watch', { count: watching })}</p>}
    </>
  );
}
