import { useTranslation } from 'react-i18next';
import { bitrate, milliseconds, percent } from '../lib/format.ts';
import type { Way } from './link-health.ts';
import { Table } from './table.tsx';

/** What the lines of the map are, in figures; also those within a region. */
export function LinksTable({ ways }: { ways: readonly Way[] }) {
  const { t } = useTranslation('operators');
  const columns = [t('from'), t('to'), t('health'), t('bitrate'), t('tracks'), t('roundTrip'), t('loss')];
  return (
    <Table title={t('links')} columns={columns}>
      {ways.length === 0 && (
        <tr>
          <td colSpan={columns.length}>{t('noLinks')}</td>
        </tr>
      )}
      {ways.map(({ from, to, health, bitrateBps, tracks, rttMs, loss }) => (
        <tr key={`${from.id}>${to.id}`} data-testid="operators-link">
          <th scope="row">{from.id}</th>
          <td>{to.id}</td>
          <td>{t(health)}</td>
          <td>{bitrate(bitrateBps)}</td>
          <td>{tracks}</td>
          <td>{rttMs === null ? '–' : milliseconds(rttMs)}</td>
          <td>{loss === null ? '–' : percent(loss)}</td>
        </tr>
      ))}
    </Table>
  );
}
