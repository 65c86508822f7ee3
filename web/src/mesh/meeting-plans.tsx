import type { MeshLink } from '@canopy/client';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Select } from '../design/field.tsx';
import { Icon } from '../design/icon.tsx';
import { meetingName } from '../lib/format.ts';
import { useMeetings } from '../lib/use-meetings.ts';
import styles from './meeting-plans.module.css';

const PlanView = lazy(async () => ({ default: (await import('../plan/plan-view.tsx')).PlanView }));

/** How one of the meetings that cross links travels. */
export function MeetingPlans({ links }: { links: readonly MeshLink[] }) {
  const { t } = useTranslation('mesh');
  const meetingIds = [...new Set(links.map(({ meetingId }) => meetingId))].sort();
  const [chosen, setChosen] = useState<string | null>(null);
  const titles = useMeetings().value?.titles;
  const shown = chosen !== null && meetingIds.includes(chosen) ? chosen : meetingIds[0];
  if (shown === undefined) return null;
  return (
    <section className={styles.plans} aria-label={t('meetingsTravel')}>
      <Select
        label={t('meetingTravels')}
        icon={<Icon name="route" size={18} />}
        value={shown}
        onChange={(event) => setChosen(event.target.value)}
        data-testid="plan-meeting"
      >
        {meetingIds.map((id) => (
          <option key={id} value={id} title={id}>
            {meetingName(titles, id)}
          </option>
        ))}
      </Select>
      <Suspense>
        <PlanView meetingId={shown} />
      </Suspense>
    </section>
  );
}
