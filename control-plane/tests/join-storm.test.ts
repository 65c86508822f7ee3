import { expect, it } from 'vitest';
import { newMeeting, newToken } from '../src/testing/api.ts';
import { joinWith } from '../src/testing/media.ts';
import { TestMesh } from '../src/testing/mesh.ts';

const names = ['Ada', 'Ben', 'Cem', 'Dee', 'Eva', 'Fay'];

async function hall() {
  const mesh = await TestMesh.create({ gated: true, timing: { joins: { atOnce: 1, patienceMs: 0 } } });
  const edge = await mesh.edge('edge', 'eu-central-1');
  const replica = await mesh.replica();
  await mesh.untilHeard([replica], ['edge']);
  const meetingId = await newMeeting(replica.httpAddress);
  const people = await Promise.all(
    names.map(async (name) => {
      const { token } = await newToken(replica.httpAddress, meetingId, name, 'panelist');
      const client = await mesh.client(replica);
      return { client, join: () => client.ask({ join: joinWith(token) }) };
    }),
  );
  return { mesh, edge, people };
}

it('sends away who would stand in line for long, and lets them in when they come again', async () => {
  const { mesh, people } = await hall();
  await using _ = mesh;
  // Whoever enters now keeps the only turn there is.
  mesh.gates.redis.freeze();
  const joins = people.map(async (person) => ({ person, reply: await person.join() }));
  const { person, reply } = await Promise.any(
    joins.map(async (join) => {
      const answered = await join;
      if (answered.reply.error === undefined) throw new Error('it was let in');
      return answered;
    }),
  );
  expect(reply.error).toMatchObject({ code: 'BUSY', retryable: true, retryAfterMs: expect.any(Number) });

  mesh.gates.redis.thaw();
  const all = await Promise.all(joins);
  expect(all.filter(({ reply: { joined } }) => joined).length).toBeGreaterThan(0);
  expect((await person.join()).joined).toBeDefined();
});

it('lets others pass while somebody waits for an edge', async () => {
  const { mesh, edge, people } = await hall();
  await using _ = mesh;
  const [first, second] = people;
  const { promise: untilOpened, resolve: letOpen } = Promise.withResolvers<void>();
  const { promise: opening, resolve: opens } = Promise.withResolvers<void>();
  edge.untilOpened = untilOpened;
  edge.onOpen = opens;
  const joining = first?.join();
  await opening;
  edge.untilOpened = Promise.resolve();
  expect((await second?.join())?.joined).toBeDefined();
  letOpen();
  expect((await joining)?.joined).toBeDefined();
});
