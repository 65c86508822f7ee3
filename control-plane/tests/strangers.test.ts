import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ControlPlane } from '../src/context.ts';
import { newMeeting, newToken } from '../src/testing/api.ts';
import { joinWith } from '../src/testing/media.ts';
import { TestMesh } from '../src/testing/mesh.ts';
import { joined } from '../src/testing/people.ts';

let mesh: TestMesh;

beforeAll(async () => {
  mesh = await TestMesh.create({ config: { trustedProxies: ['127.0.0.1/32'] } });
  await mesh.edge('europe', 'eu-central-1');
});

afterAll(async () => {
  await mesh[Symbol.asyncDispose]();
});

describe('an address', () => {
  it('has only so many connections open at a replica, and another one when it has closed one of them', async () => {
    const replica = await mesh.replica({}, { maxSocketsPerAddress: 2 });
    const comeFrom = (address: string) => mesh.client(replica, { 'x-forwarded-for': address });
    const first = await comeFrom('192.0.2.1');
    await comeFrom('192.0.2.1');
    await expect(comeFrom('192.0.2.1')).rejects.toThrow('429 RATE_LIMITED');
    await comeFrom('192.0.2.2');
    first.cut();
    const again = () =>
      comeFrom('192.0.2.1').then(
        () => 'open',
        (error: Error) => error.message,
      );
    await expect.poll(again, { timeout: 10_000 }).toBe('open');
  });
});

describe('somebody at the door', () => {
  let replica: ControlPlane;

  beforeAll(async () => {
    replica = await mesh.replica();
    await mesh.untilHeard([replica], ['europe']);
  });

  it('waits over one connection: another one with the same token takes its place, and the first is told', async () => {
    const meetingId = await newMeeting(replica.httpAddress, { settings: { lobby: 'guests' } });
    const ada = await joined(mesh, replica, meetingId, 'Ada');
    const { token, participantId } = await newToken(replica.httpAddress, meetingId, 'Ben', 'panelist');
    const knock = async () => {
      const client = await mesh.client(replica);
      client.ws.send(JSON.stringify({ id: 1_000, join: joinWith(token) }));
      await client.until(({ waiting }) => waiting);
      return client;
    };
    const first = await knock();
    const second = await knock();
    expect(await first.untilGoodbye()).toBe('REPLACED');
    expect((await first.until(({ reply }) => reply)).error?.code).toBe('REPLACED');
    expect((await first.closed).code).toBe(4409);
    await ada.client.ask({ admit: { participantIds: [participantId] } });
    expect((await second.until(({ reply }) => reply)).joined?.participantId).toBe(participantId);
    expect(ada.client.events().filter(({ waitingJoined }) => waitingJoined !== undefined)).toHaveLength(1);
  });
});
