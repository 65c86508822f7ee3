import { CanopyError } from '@canopy/client';
import { afterAll, test as anyTest, beforeAll, expect, onTestFinished } from 'vitest';
import { messagesPerPage } from '../../../control-plane/src/core/chat/message.ts';
import { rootTestsLeftOut } from '../../../scripts/setup/root.mjs';
import { ownServicesLeftOut } from '../../../scripts/setup/services.mjs';
import { type Services, startServices } from '../../src/index.ts';
import { SmallDisk } from '../../src/testing/small-disk.ts';
import { mediaGoesOn } from '../../src/testing/steady-media.ts';
import { busyMs, Stage } from '../fixtures/stage.ts';
import { Talker } from '../fixtures/talker.ts';

const soonMs = 3_000 + busyMs;

const test = anyTest.skipIf(rootTestsLeftOut(process.env) || ownServicesLeftOut(['PostgreSQL'], process.env));
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

/** Rows still fit where there is room in a page, so it takes some until one is refused. Ids of those that were not, and why that one was. */
async function createUntilRefused(): Promise<{ created: string[]; refusal: CanopyError }> {
  const created: string[] = [];
  while (created.length < 2_000) {
    try {
      created.push(await stage.createMeeting({ title: 'x'.repeat(200) }));
    } catch (error) {
      return { created, refusal: CanopyError.from(error) };
    }
  }
  throw new Error('everything still fits on the disk');
}

test('the disk of PostgreSQL is full: media goes on, writes get a coded error, work soon after there is room, and none that was acknowledged is lost', async () => {
  const { meetingId, both } = await stage.twoPeople();
  using writer = await stage.joinSoon(await stage.tokenFor(meetingId, 'Writer'), 'eu-central-1');
  const talk = new Talker(writer, 1_000);
  onTestFinished(() => talk.stop());
  await talk.goesOn();
  const created = await mediaGoesOn(both, async () => {
    disk.fill();
    const { created, refusal } = await createUntilRefused();
    expect(refusal).toMatchObject({ code: 'STATE_UNAVAILABLE', retryable: true });
    expect(await stage.edgeStates()).toEqual(['ready', 'ready']);
    disk.free();
    const write = async () => (await stage.api.createMeeting({})).status;
    await expect.poll(write, { timeout: soonMs, interval: 50 }).toBe('scheduled');
    using olga = await stage.joinSoon(await stage.tokenFor(meetingId, 'Olga'), 'us-east-1', soonMs);
    await stage.sameRosters([...both, writer, olga]);
    return created;
  });
  await talk.goesOn();
  await talk.stop();
  const { chatPage } = await writer.request({ listChat: { cursor: '', limit: messagesPerPage.most } });
  expect(chatPage?.messages.map(({ id }) => id)).toEqual(talk.said.toReversed().slice(0, messagesPerPage.most));
  for (const id of created) expect(await stage.api.getMeeting(id)).toMatchObject({ id });
});
