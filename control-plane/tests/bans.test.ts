import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { call, codeOf, newMeeting } from '../src/testing/api.ts';
import { joinWith } from '../src/testing/media.ts';
import { pairForTests } from '../src/testing/pair.ts';
import { joined } from '../src/testing/people.ts';
import type { SignalClient } from '../src/testing/signal-client.ts';
import { Visitor } from '../src/testing/visitor.ts';

const cafe = '203.0.113.7';
const elsewhere = '198.51.100.4';

const pair = pairForTests({ config: { trustedProxies: ['127.0.0.1'] } });

const tokenBody = z.object({ token: z.string(), participantId: z.string() });
const linksBody = z.object({ links: z.array(z.object({ role: z.string(), token: z.string() })) });
type Token = z.output<typeof tokenBody>;

async function tokenOf(meetingId: string, person: { role?: string; userId?: string } = {}): Promise<Token> {
  const body = { name: 'Mallory', role: 'panelist', ...person };
  return tokenBody.parse((await call(pair.one.httpAddress, 'POST', `/v1/meetings/${meetingId}/tokens`, body)).body);
}

interface Comer extends Token {
  client: SignalClient;
  /** `joined`, `waits`, or the code of the error. */
  met: string;
}

/** Somebody who asks to join, on the other replica than the host, and how they are met. */
async function comes(token: Token, address: string): Promise<Comer> {
  const client = await pair.mesh.client(pair.two, { 'x-forwarded-for': address });
  // An id that what it asks later does not have.
  client.ws.send(JSON.stringify({ id: 1_000, join: joinWith(token.token) }));
  const met = await client.until(({ waiting, reply }) => {
    if (waiting !== undefined) return 'waits';
    return reply?.joined === undefined ? reply?.error?.code : 'joined';
  });
  return { ...token, client, met };
}

const comesAnew = async (meetingId: string, address: string, person?: { role?: string; userId?: string }) =>
  await comes(await tokenOf(meetingId, person), address);
const metAnew = async (...asks: Parameters<typeof comesAnew>) => (await comesAnew(...asks)).met;

/** A meeting without a lobby, in which Ada is host. */
async function joinedByMallory(address = cafe, person?: { userId: string }) {
  const meetingId = await newMeeting(pair.one.httpAddress);
  const ada = await joined(pair.mesh, pair.one, meetingId, 'Ada', { address: elsewhere });
  const mallory = await comesAnew(meetingId, address, person);
  expect(mallory.met).toBe('joined');
  return { meetingId, ada, mallory };
}

async function ban(ada: { client: SignalClient }, { participantId }: Token): Promise<void> {
  expect((await ada.client.ask({ moderate: { participantId, moderation: 'MODERATION_BAN' } })).done).toEqual({});
}

/** The same, out of which she banned Mallory. */
async function afterBan(address = cafe, person?: { userId: string }) {
  const there = await joinedByMallory(address, person);
  await ban(there.ada, there.mallory);
  expect(await there.mallory.client.untilGoodbye()).toBe('BANNED');
  return there;
}

describe('a guest who was banned', () => {
  it('does not come in either when edges were just asked to let them', async () => {
    const { meetingId, ada, mallory } = await joinedByMallory();
    const opening = Promise.withResolvers<void>();
    const banned = Promise.withResolvers<void>();
    pair.europe.onOpen = () => opening.resolve();
    pair.europe.untilOpened = banned.promise;
    onTestFinished(() => {
      pair.europe.onOpen = () => {};
      pair.europe.untilOpened = Promise.resolve();
      banned.resolve();
    });
    const again = comes(mallory, cafe);
    await opening.promise;
    await ban(ada, mallory);
    banned.resolve();
    expect((await again).met).toBe('BANNED');
    const { body } = await call(pair.one.httpAddress, 'GET', `/v1/meetings/${meetingId}/participants`);
    expect(body.participants).toMatchObject([{ name: 'Ada' }]);
  });

  it('waits with a new token, though there is no lobby, until a host lets them in', async () => {
    const { meetingId, ada, mallory } = await afterBan();
    expect((await comes(mallory, cafe)).met).toBe('BANNED');
    const again = await comesAnew(meetingId, cafe);
    expect(again.met).toBe('waits');
    const marked = { participantId: again.participantId, name: 'Mallory', fromBannedNetwork: true };
    const { waitingJoined } = await ada.client.untilEvent((event) => event.waitingJoined !== undefined);
    expect(waitingJoined).toMatchObject(marked);
    expect((await ada.client.ask({ listWaiting: {} })).waitingList?.people).toMatchObject([marked]);
    const { body } = await call(pair.one.httpAddress, 'GET', `/v1/meetings/${meetingId}/lobby`);
    expect(body.people).toMatchObject([marked]);
    await ada.client.ask({ admit: { participantIds: [again.participantId] } });
    await again.client.until(({ reply }) => reply?.joined);
    await again.client.ask({ leave: {} });
    expect((await comes(again, cafe)).met).toBe('joined');
    expect(await metAnew(meetingId, cafe)).toBe('waits');
  });

  it('goes on waiting when the lobby is switched off, and can be sent away', async () => {
    const { meetingId, ada } = await afterBan();
    await ada.client.ask({ changeRules: { lobby: 'LOBBY_MODE_GUESTS' } });
    const again = await comesAnew(meetingId, cafe);
    const ben = await comesAnew(meetingId, elsewhere);
    expect([again.met, ben.met]).toEqual(['waits', 'waits']);
    await ada.client.untilEvent(({ waitingJoined }) => waitingJoined?.participantId === ben.participantId);
    const { waitingList } = await ada.client.ask({ listWaiting: {} });
    expect(waitingList?.people).toMatchObject([
      { participantId: again.participantId, fromBannedNetwork: true },
      { participantId: ben.participantId, fromBannedNetwork: false },
    ]);
    await ada.client.ask({ changeRules: { lobby: 'LOBBY_MODE_OFF' } });
    await ben.client.until(({ reply }) => reply?.joined);
    const told = () => again.client.received.filter(({ waiting }) => waiting !== undefined);
    await again.client.until(() => (told().length > 1 ? true : undefined));
    expect((await ada.client.ask({ deny: { participantId: again.participantId } })).done).toEqual({});
    expect(await again.client.untilGoodbye()).toBe('ADMISSION_DENIED');
  });

  it('waits from anywhere in the same IPv6 network', async () => {
    const { meetingId } = await afterBan('2001:db8:1:2::3');
    expect(await metAnew(meetingId, '2001:db8:1:2:ffff::4')).toBe('waits');
    expect(await metAnew(meetingId, '2001:db8:1:3::3')).toBe('joined');
  });

  it('keeps nobody from other meetings, nor from this one who comes from elsewhere, has an account, or hosts', async () => {
    const { meetingId } = await afterBan();
    expect(await metAnew(meetingId, elsewhere)).toBe('joined');
    expect(await metAnew(meetingId, cafe, { userId: 'ben' })).toBe('joined');
    expect(await metAnew(meetingId, cafe, { role: 'host' })).toBe('joined');
    expect(await metAnew(meetingId, cafe, { role: 'cohost' })).toBe('waits');
    expect(await metAnew(await newMeeting(pair.one.httpAddress), cafe)).toBe('joined');
    const ben = await Visitor.signedUp(pair.one.httpAddress, 'Ben');
    const { body } = await call(pair.one.httpAddress, 'GET', `/v1/meetings/${meetingId}/links`);
    const link = linksBody.parse(body).links.find(({ role }) => role === 'panelist');
    const byLink = async (cookie: string) => {
      const response = await fetch(`http://${pair.one.httpAddress}/v1/meetings/${meetingId}/tokens`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${link?.token}`, cookie },
        body: JSON.stringify({ name: 'Ben', role: 'panelist' }),
      });
      return (await comes(tokenBody.parse(await response.json()), cafe)).met;
    };
    expect(await byLink(ben.cookies)).toBe('joined');
    expect(await byLink('')).toBe('waits');
  });

  it('leaves a hash of the network behind that says nothing of another meeting', async () => {
    const meetings = [(await afterBan()).meetingId, (await afterBan()).meetingId];
    const rows = await pair.mesh.query('SELECT * FROM bans WHERE meeting_id = ANY($1)', [meetings]);
    const hashes = rows.map(({ network_hash: hash }) => String(hash));
    expect(hashes).toEqual([expect.stringMatching(/^[\da-f]{64}$/), expect.stringMatching(/^[\da-f]{64}$/)]);
    expect(new Set(hashes).size).toBe(2);
    expect(JSON.stringify(rows)).not.toContain(cafe);
  });
});

describe('a ban', () => {
  const bansOf = async (meetingId: string, authorization?: string | null) =>
    await call(pair.two.httpAddress, 'GET', `/v1/meetings/${meetingId}/bans`, undefined, authorization);
  const lift = async (meetingId: string, participantId: string, authorization?: string | null) =>
    await call(
      pair.two.httpAddress,
      'DELETE',
      `/v1/meetings/${meetingId}/bans/${participantId}`,
      undefined,
      authorization,
    );

  it('is listed and lifted, with what was kept of the network', async () => {
    const { meetingId, ada, mallory } = await afterBan();
    const { participantId } = mallory;
    const listed = { participantId, name: 'Mallory', userId: null, network: true, bannedAt: expect.any(String) };
    expect((await bansOf(meetingId)).body).toEqual({ bans: [listed] });
    expect((await bansOf(meetingId, `Bearer ${ada.token}`)).body).toEqual({ bans: [listed] });
    expect((await lift(meetingId, participantId, `Bearer ${ada.token}`)).status).toBe(204);
    expect((await bansOf(meetingId)).body).toEqual({ bans: [] });
    const again = await lift(meetingId, participantId);
    expect([again.status, codeOf(again)]).toEqual([404, 'PARTICIPANT_NOT_FOUND']);
    expect((await comes(mallory, cafe)).met).toBe('joined');
    expect(await metAnew(meetingId, cafe)).toBe('joined');
  });

  it('of a person is lifted whole, and of others it stays', async () => {
    const { meetingId, ada, mallory } = await afterBan(cafe, { userId: 'mallory' });
    const trent = await comesAnew(meetingId, cafe, { userId: 'trent' });
    expect(trent.met).toBe('joined');
    await ada.client.ask({ moderate: { participantId: trent.participantId, moderation: 'MODERATION_BAN' } });
    const { body } = await bansOf(meetingId);
    expect(body.bans).toMatchObject([{ userId: 'trent' }, { userId: 'mallory' }]);
    expect((await lift(meetingId, mallory.participantId)).status).toBe(204);
    expect(await metAnew(meetingId, cafe, { userId: 'mallory' })).toBe('joined');
    expect(await metAnew(meetingId, cafe, { userId: 'trent' })).toBe('BANNED');
    expect(await metAnew(meetingId, cafe)).toBe('waits');
  });

  it('is seen and lifted by hosts of its meeting alone', async () => {
    const { meetingId, mallory } = await afterBan();
    const ben = await joined(pair.mesh, pair.one, meetingId, 'Ben', { role: 'cohost', address: elsewhere });
    const eve = await joined(pair.mesh, pair.one, await newMeeting(pair.one.httpAddress), 'Eve');
    for (const [authorization, code] of [
      [`Bearer ${ben.token}`, 'FORBIDDEN'],
      [`Bearer ${eve.token}`, 'MEETING_NOT_FOUND'],
      [`Bearer ${mallory.token}`, 'TOKEN_INVALID'],
      [null, 'TOKEN_INVALID'],
    ] as const) {
      expect(codeOf(await bansOf(meetingId, authorization))).toBe(code);
      expect(codeOf(await lift(meetingId, mallory.participantId, authorization))).toBe(code);
    }
    expect((await comes(mallory, cafe)).met).toBe('BANNED');
  });
});

it('somebody with an account who was banned waits as a guest', async () => {
  const { meetingId } = await afterBan(cafe, { userId: 'mallory' });
  expect(await metAnew(meetingId, cafe, { userId: 'mallory' })).toBe('BANNED');
  expect(await metAnew(meetingId, cafe)).toBe('waits');
  expect(await metAnew(meetingId, elsewhere)).toBe('joined');
});
