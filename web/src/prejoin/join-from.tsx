import { useTranslation } from 'react-i18next';
import { Select } from '../design/field.tsx';
import { Icon } from '../design/icon.tsx';
import { useRegions } from '../lib/config.tsx';

/** Where the server lets clients say it: try out what a meeting across continents is like. The value is a region's id, or empty. */
export function JoinFrom({ value, onChange }: { value: string; onChange: (regionId: string) => void }) {
  const { t } = useTranslation('meeting');
  const regions = useRegions();
  return (
    <Select
      label={t('joinFrom')}
      icon={<Icon name="globe" size={18} />}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      data-testid="join-from"
    >
      <option value="">{t('detect')}</option>
      {regions.map((region) => (
        <option key={region.id} value={region.id}>
          {region.name}
        </option>
      ))}
    </Select>
  );
}
