import type { Meeting } from '@canopy/client';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../design/button.tsx';
import { Select } from '../design/field.tsx';
import { Icon } from '../design/icon.tsx';
import type { Act } from './act.ts';
import styles from './breakouts.module.css';

const mostRooms = 50;
const ways = ['byHand', 'atRandom', 'byChoice'] as const;

/** How many rooms, and who decides who goes where. */
export function CreateRooms({ meeting: { breakouts }, act }: { meeting: Meeting; act: Act }) {
  const { t } = useTranslation('breakouts');
  const [count, setCount] = useState(2);
  const [how, setHow] = useState<(typeof ways)[number]>('byHand');

  async function create(): Promise<void> {
    const names = Array.from({ length: count }, (_, index) => t('roomName', { number: index + 1 }));
    await breakouts.create(names, { selfChosen: how === 'byChoice' });
    if (how === 'atRandom') await breakouts.shuffle();
  }

  return (
    <form
      className={styles.stack}
      onSubmit={(event) => {
        event.preventDefault();
        act(create());
      }}
    >
      <p className={styles.hint}>{t('intro')}</p>
      <Select
        label={t('count')}
        icon={<Icon name="rooms" size={18} />}
        value={count}
        onChange={({ target }) => setCount(Number(target.value))}
        data-testid="breakout-count"
      >
        {Array.from({ length: mostRooms }, (_, index) => index + 1).map((number) => (
          <option key={number} value={number}>
            {number}
          </option>
        ))}
      </Select>
      <Select
        label={t('how')}
        icon={<Icon name="people" size={18} />}
        value={how}
        onChange={({ target }) => setHow(ways.find((way) => way === target.value) ?? 'byHand')}
        data-testid="breakout-way"
      >
        {ways.map((way) => (
          <option key={way} value={way}>
            {t(way)}
          </option>
        ))}
      </Select>
      <Button type="submit" look="primary" data-testid="create-breakouts">
        {t('create')}
      </Button>
    </form>
  );
}
