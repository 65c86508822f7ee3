import type { MeetingView } from '@canopy/client';
import { useId, useState } from 'react';
import { Button } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { Notice } from '../design/notice.tsx';
import { cx } from '../lib/cx.ts';
import { inOrder } from '../meeting/people-order.ts';
import { type ScreenAudience as Audience, screenAudience } from './audience.ts';
import styles from './screen-audience.module.css';

/** Tells who shares a screen how many see it, and who. */
export function ScreenAudience({ view }: { view: MeetingView }) {
  const { t } = useTranslation('stage');
  const [open, setOpen] = useState(false);
  const id = useId();
  const audience = screenAudience(view);
  const all = audience === null ? 0 : audience.seeing.length + audience.missing.length;
  const sees = view.mode === 'webinar' ? 'stageSees' : 'sees';
  return (
    <div data-testid="screen-audience">
      {audience !== null && all > 0 && (
        <Notice quiet={!open}>
          <span role="status">{t(sees, { seeing: audience.seeing.length, all })}</span>
          <Button
            className={cx(styles.button)}
            aria-expanded={open}
            {...(open && { 'aria-controls': id })}
            data-testid="who-sees"
            onPress={() => setOpen(!open)}
          >
            {t('whoSees')}
          </Button>
          {open && (
            <div id={id} className={styles.names}>
              <Names audience={audience} selfId={view.self.participantId} />
            </div>
          )}
        </Notice>
      )}
    </div>
  );
}

function Names({ audience: { seeing, missing, watching }, selfId }: { audience: Audience; selfId: string }) {
  const { t } = useTranslation('stage');
  const groups = [
    { title: t('theySee'), people: seeing, testId: 'seeing' },
    { title: t('theyDoNot'), people: missing, testId: 'not-seeing' },
  ];
  return (
    <>
      {groups.map(
        ({ title, people, testId }) =>
          people.length > 0 && (
            <div key={testId}>
              <h2>{title}</h2>
              <ul data-testid={testId}>
                {inOrder(people, selfId).map(({ id, name }) => (
                  <li key={id}>{name}</li>
                ))}
              </ul>
            </div>
          ),
      )}
      {watching > 0 && <p>{t('watch', { count: watching })}</p>}
    </>
  );
}
