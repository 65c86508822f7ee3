import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VirtualClock } from '@canopy/runtime/clock';
import { type Logger, silentLogger } from '@canopy/runtime/logger';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { countryPoint } from './countries.ts';
import { GeoLocator, type GeoLocatorOptions } from './locator.ts';
import { buildMmdb, type MmdbValue } from './testing/mmdb-writer.ts';

const hamburg = { latitude: 53.55, longitude: 9.99 };
const lyon = { latitude: 45.76, longitude: 4.84 };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'canopy-geo-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Replaces the file in one step, as update tools do. */
async function put(name: string, content: Buffer | string): Promise<string> {
  const path = join(folder, name);
  await writeFile(`${path}.new`, content);
  await rename(`${path}.new`, path);
  return path;
}

const putDatabase = (name: string, networks: Record<string, MmdbValue>, ipVersion: 4 | 6 = 6): Promise<string> =>
  put(name, buildMmdb(networks, { ipVersion }));

const putOverrides = (...overrides: object[]): Promise<string> => put('overrides.json', JSON.stringify({ overrides }));

function open(
  options: Omit<GeoLocatorOptions, 'logger' | 'clock'>,
  logger: Logger = silentLogger,
): Promise<GeoLocator> {
  return GeoLocator.open({ ...options, logger, clock: new VirtualClock() });
}

class RecordingLogger implements Logger {
  readonly warnings: string[] = [];
  error(): void {}
  warn(_fields: object, text: string): void {
    this.warnings.push(text);
  }
  info(): void {}
  debug(): void {}
  child(): Logger {
    return this;
  }
}

describe('GeoLocator', () => {
  it('knows the country of any public address out of the box', async () => {
    using locator = await open({});
    const germany = { ...countryPoint('DE'), countryCode: 'DE', source: 'country' };
    expect(locator.lookup('193.99.144.80')).toEqual(germany);
    expect(locator.lookup('::ffff:193.99.144.80')).toEqual(germany);
    expect(locator.lookup('2a02:2e0:3fe:1001:302::')).toEqual(germany);
  });

  it('asks city databases of the right family before country databases', async () => {
    const cityV4 = await putDatabase('city4.mmdb', { '5.0.0.0/8': { country_code: 'DE', ...hamburg } }, 4);
    const cityV6 = await putDatabase('city6.mmdb', { '2a00::/16': { country: { iso_code: 'FR' }, location: lyon } });
    const country = await putDatabase('country.mmdb', {
      '0.0.0.0/1': { country_code: 'IT' },
      '2000::/3': { country_code: 'ES' },
    });
    using locator = await open({ cityFiles: [cityV4, cityV6], countryFiles: [country] });
    expect(locator.lookup('5.1.2.3')).toMatchObject({ location: hamburg, source: 'city' });
    expect(locator.lookup('2a00::1')).toMatchObject({ location: lyon, source: 'city' });
    expect(locator.lookup('6.1.2.3')).toMatchObject({ countryCode: 'IT', source: 'country' });
    expect(locator.lookup('2600::1')).toMatchObject({ countryCode: 'ES', source: 'country' });
  });

  it('knows nothing about private addresses unless an override does', async () => {
    const database = await putDatabase('all.mmdb', { '0.0.0.0/1': { country_code: 'DE' } });
    const overridesFile = await putOverrides({ cidr: '10.1.0.0/16', region: 'sa-east-1' });
    using locator = await open({ countryFiles: [database], overridesFile });
    expect(locator.lookup('127.0.0.1')).toEqual({ source: 'none' });
    expect(locator.lookup('10.2.0.1')).toEqual({ source: 'none' });
    expect(locator.lookup('10.1.0.1')).toMatchObject({ region: 'sa-east-1', source: 'override' });
    expect(locator.lookup('no address')).toEqual({ source: 'none' });
  });

  it('takes over a changed database and changed overrides', async () => {
    const database = await putDatabase('db.mmdb', { '5.0.0.0/8': { country_code: 'DE' } });
    const overridesFile = await putOverrides({ cidr: '6.0.0.0/8', countryCode: 'FR' });
    using locator = await open({ countryFiles: [database], overridesFile });
    expect(locator.lookup('5.1.2.3').countryCode).toBe('DE');
    await putDatabase('db.mmdb', { '5.0.0.0/8': { country_code: 'IT' } });
    await putOverrides({ cidr: '6.0.0.0/8', countryCode: 'ES' });
    await locator.reload();
    expect(locator.lookup('5.1.2.3').countryCode).toBe('IT');
    expect(locator.lookup('6.1.2.3').countryCode).toBe('ES');
  });

  it('looks for changes by itself', async () => {
    const clock = new VirtualClock();
    const database = await putDatabase('db.mmdb', { '5.0.0.0/8': { country_code: 'DE' } });
    const reloaded = Promise.withResolvers<void>();
    const logger: Logger = { ...silentLogger, info: () => reloaded.resolve() };
    using locator = await GeoLocator.open({ countryFiles: [database], logger, clock, reloadEveryMs: 1_000 });
    await putDatabase('db.mmdb', { '5.0.0.0/8': { country_code: 'IT' } });
    clock.advance(1_000);
    await reloaded.promise;
    await expect.poll(() => locator.lookup('5.1.2.3').countryCode).toBe('IT');
  });

  it('answers every lookup while it reloads', async () => {
    const codes = ['DE', 'FR'];
    const write = (index: number) => putDatabase('db.mmdb', { '5.0.0.0/8': { country_code: codes[index % 2] ?? '' } });
    using locator = await open({ countryFiles: [await write(0)] });
    for (let round = 1; round <= 10; round++) {
      await write(round);
      let reloading = true;
      const done = locator.reload().then(() => {
        reloading = false;
      });
      while (reloading) {
        expect(codes).toContain(locator.lookup('5.1.2.3').countryCode);
        await new Promise((resolve) => setImmediate(resolve));
      }
      await done;
      expect(locator.lookup('5.1.2.3').countryCode).toBe(codes[round % 2]);
    }
  });

  it('keeps the last good file when the new one is broken or gone, says so once, and takes the next good one', async () => {
    const logger = new RecordingLogger();
    const database = await putDatabase('db.mmdb', { '5.0.0.0/8': { country_code: 'DE' } });
    using locator = await open({ countryFiles: [database] }, logger);
    await put('db.mmdb', 'not a database');
    await locator.reload();
    await locator.reload();
    expect(locator.lookup('5.1.2.3').countryCode).toBe('DE');
    expect(logger.warnings).toHaveLength(1);
    await rm(database);
    await locator.reload();
    await locator.reload();
    expect(locator.lookup('5.1.2.3').countryCode).toBe('DE');
    expect(logger.warnings).toHaveLength(2);
    await putDatabase('db.mmdb', { '5.0.0.0/8': { country_code: 'IT' } });
    await locator.reload();
    expect(locator.lookup('5.1.2.3').countryCode).toBe('IT');
  });

  it('does not start with a missing or malformed file', async () => {
    await expect(open({ countryFiles: [join(folder, 'missing.mmdb')] })).rejects.toThrow('missing.mmdb');
    const broken = await put('broken.mmdb', 'x');
    await expect(open({ countryFiles: [broken] })).rejects.toThrow('broken.mmdb');
    const overridesFile = await putOverrides({ cidr: 'everywhere', countryCode: 'DE' });
    await expect(open({ overridesFile })).rejects.toThrow('overrides.json');
  });
});
