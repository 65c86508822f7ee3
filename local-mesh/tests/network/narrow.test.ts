import { afterAll, beforeAll, describe, test } from 'vitest';
import type { Attendance } from '../../src/testing/attendance.ts';
import { createMeeting } from '../../src/testing/meetings.ts';
import { startWanMesh, type WanMesh } from '../../src/testing/wan-mesh.ts';
import { wanLeftOut } from '../../src/wan/left-out.ts';

const region = 'eu-central-1';
const edge = 'eu-central-1-1';

/** Voices, and the smallest picture of a camera that sends three. */
const narrowBps = 250_000;

/** Estimates come down in seconds, and what means nothing for a moment is not told. */
const noticedWithinMs = 60_000;

describe.skipIf(wanLeftOut())('a client whose connection is narrow is told what that does, and what to do', () => {
  let net: WanMesh;

  beforeAll(async () => {
    net = await startWanMesh({ regions: [region], clients: ['office', 'cabin'], rttMs: () => 30 });
  });
  afterAll(() => net?.[Symbol.asyncDispose]());

  const isTold = ({ page }: Attendance, text: string) =>
    page.getByTestId('quality-notice').getByText(text).waitFor({ timeout: noticedWithinMs });

  test('when pictures come smaller than its tiles are', async () => {
    const meetingId = await createMeeting(net.mesh.url);
    await net.attend(meetingId, 'office', region, { smallCamera: false });
    const noah = await net.attend(meetingId, 'cabin', region);
    await noah.receives('video', 1);
    await net.wan.setDirection(edge, 'cabin', { rateBps: narrowBps });
    await isTold(noah, 'Your connection can’t carry sharper pictures right now');
    await net.wan.setDirection(edge, 'cabin', { rateBps: 0 });
    await noah.page.locator('[data-testid=quality-notice]:empty').waitFor({
      state: 'attached',
      timeout: noticedWithinMs,
    });
  });

  test('when its own camera goes out smaller than it is', async () => {
    await net.wan.setDirection('cabin', edge, { rateBps: narrowBps });
    const noah = await net.attend(await createMeeting(net.mesh.url), 'cabin', region, { smallCamera: false });
    await isTold(noah, 'Your upload is weak; your camera was lowered');
  });
});
