import { expect, test } from 'vitest';
import { parseRegionData, twelveRegions } from './region-data.ts';

const sound = {
  rttMs: { eu: { us: 90 }, us: { eu: 90 } },
  egressUsdPerGb: { eu: { us: 0.02, internet: 0.09 }, us: { eu: 0.03 } },
};

test('reads round trips and prices, without places', () => {
  const data = parseRegionData('file', sound);
  expect(data.ids).toEqual(['eu', 'us']);
  expect(data.rttMs('us', 'eu')).toBe(90);
  expect(data.egressUsdPerGb('us', 'eu')).toBe(0.03);
  expect(data.places.size).toBe(0);
});

test.each([
  ['a name alone', { eu: { name: 'Frankfurt' }, us: { latitude: 39, longitude: -77 } }, ['us']],
  ['a list', ['eu', 'us'], []],
  ['texts', { eu: 'Frankfurt', us: { latitude: '39', longitude: '-77' } }, []],
  ['nothing', null, []],
])('takes only what it knows for places: not %s', (_title, regions, known) => {
  expect([...parseRegionData('file', { ...sound, regions }).places.keys()]).toEqual(known);
});

test('takes a round trip that is given in one direction for both', () => {
  expect(parseRegionData('file', { ...sound, rttMs: { eu: { us: 80 } } }).rttMs('us', 'eu')).toBe(80);
});

test.each([
  ['no round trips', {}, 'file is not region data: rttMs'],
  ['a text for a number', { ...sound, rttMs: { eu: { us: 'far' } } }, 'rttMs.eu.us'],
  ['a negative price', { ...sound, egressUsdPerGb: { eu: { us: -1 } } }, 'egressUsdPerGb.eu.us'],
  ['a missing price', { ...sound, egressUsdPerGb: { eu: { us: 0.02 } } }, 'no egressUsdPerGb from us to eu'],
  [
    'a missing pair',
    { rttMs: { eu: { us: 90, ap: 200 } }, egressUsdPerGb: { eu: { us: 0.02, ap: 0.02 }, us: { eu: 0.03 } } },
    'no rttMs between us and ap',
  ],
  ['a round trip of 0', { ...sound, rttMs: { eu: { us: 0 } } }, 'no rttMs between eu and us, or it is 0'],
  ['one region', { rttMs: { eu: {} }, egressUsdPerGb: {} }, 'at least two regions'],
])('says what is wrong: %s', (_title, json, message) => {
  expect(() => parseRegionData('file', json)).toThrow(message);
});

test('the data that comes with the project is complete', async () => {
  const data = await twelveRegions();
  expect(data.ids).toHaveLength(12);
  expect(data.places.size).toBe(12);
});
