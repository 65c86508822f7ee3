import { describe, expect, it } from 'vitest';
import { countryPoint } from './countries.ts';

describe('countryPoint', () => {
  it('is where people live, not the middle of the map', () => {
    const canada = countryPoint('CA');
    expect(canada?.location.latitude).toBeLessThan(50);
    expect(canada?.accuracyKm).toBeGreaterThan(500);
  });

  it('covers every territory with an ISO code and inhabitants on the internet', () => {
    const some = ['AQ', 'CW', 'EH', 'GF', 'GI', 'HK', 'IM', 'MO', 'PS', 'SS', 'TW', 'VA', 'XK'];
    expect(some.filter((code) => countryPoint(code) === undefined)).toEqual([]);
  });

  it('does not know what is no country', () => {
    expect(countryPoint('ZZ')).toBeUndefined();
    expect(countryPoint('constructor')).toBeUndefined();
  });
});
