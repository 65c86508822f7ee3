import { describe, expect, it } from 'vitest';
import { call, newMeeting, newToken } from '../src/testing/api.ts';
import { joinWith } from '../src/testing/media.ts';
import { TestMesh } from '../src/testing/mesh.ts';
import { joined } from '../src/testing/people.ts';

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

describe('joining again', () => {
  /** People who joined, and whose edge closes nothing from now on, nor refuses to. */
  async function stranded() {
    const joins = { atOnce: 1, patienceMs: 60_000 };
    const mesh = await TestMesh.create({ timing: { joins, edgeCallTimeoutMs: 60_000, silentAfterMs: 1_000 } });
    const edge = await mesh.edge('edge', 'eu-central-1');
    await mesh.edge('spare', 'ap-southeast-2');
    const replica = await mesh.replica();
    await mesh.untilHeard([replica], ['edge', 'spare']);
    const meetingId = await newMeeting(replica.httpAddress);
    const people = await Promise.all(names.map((name) => joined(mesh, replica, meetingId, name)));
    const { promise, resolve: close } = Promise.withResolvers<void>();
    edge.untilClosing = promise;
    const again = async (token: string) => (await mesh.client(replica)).ask({ join: joinWith(token) });
    return { mesh, edge, replica, people, close, again };
  }

  it('keeps nobody of another meeting waiting while an edge does not close what was left there', async () => {
    const { mesh, edge, replica, people, close, again } = await stranded();
    await using _ = mesh;
    const { promise: asked, resolve } = Promise.withResolvers<void>();
    edge.onClose = resolve;
    const joins = people.map(({ token }) => again(token));
    await asked;
    const stranger = joined(mesh, replica, await newMeeting(replica.httpAddress), 'Gus');
    const answered = (join: Promise<unknown>, who: string) => join.then(() => who);
    const first = [answered(stranger, 'a stranger'), ...joins.map((join) => answered(join, 'one of them'))];
    expect(await Promise.race(first)).toBe('a stranger');
    close();
    for (const { joined: answer } of await Promise.all(joins)) expect(answer).toBeDefined();
  });

  it('asks nothing of an edge that is dead', async () => {
    const { mesh, edge, replica, people, again } = await stranded();
    await using _ = mesh;
    for (const { client } of people) client.cut();
    edge.fallSilent();
    edge.unplug();
    const states = async () => (await call(replica.httpAddress, 'GET', '/v1/mesh')).body.edges;
    await expect.poll(states, { timeout: 10_000 }).toMatchObject([{ state: 'dead' }, { state: 'ready' }]);
    // What stands at its address now would be asked, and answer nothing.
    await edge.serve();
    let asked = 0;
    edge.onClose = () => asked++;
    for (const { token } of people) expect((await again(token)).joined?.edge?.id).toBe('spare');
    expect(asked).toBe(0);
  });
});
