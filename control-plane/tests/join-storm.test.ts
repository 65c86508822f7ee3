import { expect, it } from 'vitest';
import { newMeeting, newToken } from '../src/testing/api.ts';
import { joinWith } from '../src/testing/media.ts';
import { TestMesh } from '../src/testing/mesh.ts';

it('sends away who would stand in line for long, and lets them in when they come again', async () => {
  await using mesh = await TestMesh.create({ timing: { joins: { atOnce: 1, patienceMs: 0 } } });
  const edge = await mesh.edge('edge', 'eu-central-1');
  const replica = await mesh.replica();
  await mesh.untilHeard([replica], ['edge']);
  const meetingId = await newMeeting(replica.httpAddress);
  const tokens = await Promise.all(
    ['Ada', 'Ben', 'Cem'].map(async (name) => (await newToken(replica.httpAddress, meetingId, name, 'panelist')).token),
  );
  const clients = await Promise.all(tokens.map(() => mesh.client(replica)));
  const join = (index: number) => clients[index]?.ask({ join: joinWith(tokens[index] ?? '') });
  const { promise: untilOpened, resolve: letOpen } = Promise.withResolvers<void>();
  const { promise: opening, resolve: opens } = Promise.withResolvers<void>();
  edge.untilOpened = untilOpened;
  edge.onOpen = opens;

  const first = join(0);
  await opening;
  const [inLine, sentAway] = await new Promise<[number, number]>((resolve) => {
    for (const index of [1, 2]) void join(index)?.then(({ error }) => error && resolve([3 - index, index]));
  });
  const refusal = clients[sentAway]?.received.find(({ reply }) => reply?.error)?.reply?.error;
  expect(refusal).toMatchObject({ code: 'BUSY', retryable: true, retryAfterMs: expect.any(Number) });

  letOpen();
  expect((await first)?.joined).toBeDefined();
  await clients[inLine]?.until(({ reply }) => reply?.joined);
  expect((await join(sentAway))?.joined).toBeDefined();
});
