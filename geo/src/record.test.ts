import { describe, expect, it } from 'vitest';
import { countryPoint } from './countries.ts';
import { readRecord } from './record.ts';

const berlin = { latitude: 52.52, longitude: 13.41 };

describe('readRecord', () => {
  it("reads MaxMind's nested city layout", () => {
    const record = { country: { iso_code: 'DE' }, location: { ...berlin, accuracy_radius: 20 } };
    expect(readRecord(record)).toEqual({ location: berlin, countryCode: 'DE', source: 'city', accuracyKm: 20 });
  });

  it('reads the flat city layout', () => {
    expect(readRecord({ country_code: 'DE', ...berlin })).toEqual({
      location: berlin,
      countryCode: 'DE',
      source: 'city',
    });
  });

  it('puts a record that knows only the country where its people live', () => {
    const expected = { ...countryPoint('DE'), countryCode: 'DE', source: 'country' };
    for (const record of [
      { country_code: 'DE' },
      { country: { iso_code: 'DE' } },
      { registered_country: { iso_code: 'DE' } },
      { country: { iso_code: 'DE' }, location: { time_zone: 'Europe/Berlin' } },
    ]) {
      expect(readRecord(record)).toEqual(expected);
    }
  });

  it('prefers the country of use to the country of registration', () => {
    const record = { country: { iso_code: 'FR' }, registered_country: { iso_code: 'DE' } };
    expect(readRecord(record)?.countryCode).toBe('FR');
  });

  it('gives a country without known place, without a location', () => {
    expect(readRecord({ country_code: 'ZZ' })).toEqual({ countryCode: 'ZZ', source: 'country' });
  });

  it('puts nobody where there is no place on earth, as a damaged record would', () => {
    const country = { ...countryPoint('DE'), countryCode: 'DE', source: 'country' };
    for (const place of [{ latitude: 91, longitude: 0 }, { latitude: 0, longitude: -1e126 }, { latitude: Number.NaN }])
      expect(readRecord({ country_code: 'DE', ...berlin, ...place })).toEqual(country);
  });

  it('ignores records that say nothing, and fields of the wrong kind', () => {
    for (const record of [{}, { country_code: 7 }, { country_code: 'de' }, { latitude: '1', longitude: '2' }]) {
      expect(readRecord(record)).toBeUndefined();
    }
  });
});
