import type { MeetingView } from '@canopy/client';
import { useId, useState } from 'react';
import { Button } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { Notice } from '../design/notice.tsx';
import { cx } from '../lib/cx.ts';
import { inOrder } from '../meeting/people-order.ts';
import { type ScreenAudience as Audience, screenAudience } from './audience.ts';
import styles from './screen-audience.module.css';

/** Tells who shares a screen how many see it, and who, where the audience is not too large for that. */
export function ScreenAudience({ view }: { view: MeetingView }) {
  const { t } = useTranslation('stage');
  const [open, setOpen] = useState(false);
  const id = useId();
  const audience = screenAudience(view);
  return (
    <div data-testid="screen-audience">
      {audience !== null && audience.asked > 0 && (
        <Notice quiet={!open}>
          <span role="status">{t(seesIn(view, audience), { seeing: audience.seen, all: audience.asked })}</span>
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

/** The audience of a webinar may not have been counted yet. */
function seesIn({ mode }: MeetingView, { weak }: Audience): 'sees' | 'stageSees' {
  return mode === 'webinar' && weak === null ? 'stageSees' : 'sees';
}

function Names({ audience: { seeing, missing, weak }, selfId }: { audience: Audience; selfId: string }) {
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
      {weak !== null && <p>{t('counted')}</p>}
      {weak !== null && weak > 0 && <p>{t('weak', { count: weak })}</p>}
    </>
  );
}
