import { CanopyError } from '@canopy/client';
import { afterAll, test as anyTest, beforeAll, expect } from 'vitest';
import { ownServicesLeftOut } from '../../../scripts/setup/services.mjs';
import { type Services, startServices } from '../../src/index.ts';
import { SmallDisk, smallDiskLeftOut } from '../../src/testing/small-disk.ts';
import { mediaGoesOn } from '../../src/testing/steady-media.ts';
import { busyMs, Stage } from '../fixtures/stage.ts';

const soonMs = 3_000 + busyMs;

const test = anyTest.skipIf(smallDiskLeftOut() || ownServicesLeftOut(['PostgreSQL'], process.env));
let disk: SmallDisk;
let database: Services;
let stage: Stage;

beforeAll(async () => {
  disk = new SmallDisk(160);
  const others = { REDIS_URL: 'redis://of-the-mesh', NATS_URL: 'nats://of-the-mesh' };
  database = await startServices({ dataDir: disk.folder, env: others });
  stage = await Stage.open({ regions: ['eu-central-1', 'us-east-1'], env: { DATABASE_URL: database.databaseUrl } });
});

afterAll(async () => {
  await stage?.[Symbol.asyncDispose]();
  await database?.stop();
  disk?.[Symbol.dispose]();
});

/** Rows still fit where there is room in a page, so it takes some until one is refused. */
async function firstRefusal(): Promise<CanopyError> {
  for (let attempt = 0; attempt < 2_000; attempt++) {
    try {
      await stage.createMeeting({ title: 'x'.repeat(200) });
    } catch (error) {
      return CanopyError.from(error);
    }
  }
  throw new Error('everything still fits on the disk');
}

test('the disk of PostgreSQL is full: media goes on, writes get a coded error, and work soon after there is room', async () => {
  const { meetingId, both } = await stage.twoPeople();
  await mediaGoesOn(both, async () => {
    disk.fill();
    expect(await firstRefusal()).toMatchObject({ code: 'STATE_UNAVAILABLE', retryable: true });
    expect(await stage.edgeStates()).toEqual(['ready', 'ready']);
    disk.free();
    const write = async () => (await stage.api.createMeeting({})).status;
    await expect.poll(write, { timeout: soonMs, interval: 50 }).toBe('scheduled');
    using olga = await stage.joinSoon(await stage.tokenFor(meetingId, 'Olga'), 'us-east-1', soonMs);
    await stage.sameRosters([...both, olga]);
  });
});
