import { describe, expect, it } from 'vitest';
import { call, codeOf, newMeeting, newToken } from '../src/testing/api.ts';
import { camera, joinWith, microphone } from '../src/testing/media.ts';
import { pairForTests } from '../src/testing/pair.ts';
import { joined, type Person, published } from '../src/testing/people.ts';

const pair = pairForTests();

/** Ada hosts, Cleo helps her, and Ben speaks from another replica. */
async function meeting() {
  const meetingId = await newMeeting(pair.one.httpAddress, { title: 'Planning' });
  const ada = await joined(pair.mesh, pair.one, meetingId, 'Ada');
  const cleo = await joined(pair.mesh, pair.one, meetingId, 'Cleo', { role: 'cohost' });
  const ben = await joined(pair.mesh, pair.two, meetingId, 'Ben', { role: 'panelist' });
  return { meetingId, ada, cleo, ben };
}

const bearer = ({ token }: Person) => `Bearer ${token}`;

function rest(meetingId: string, path: string, by: Person, body?: object) {
  return call(pair.one.httpAddress, 'POST', `/v1/meetings/${meetingId}/${path}`, body, bearer(by));
}

async function moderated(by: Person, { participantId }: Person, moderation: string): Promise<string | undefined> {
  const { error } = await by.client.ask({ moderate: { participantId, moderation } as never });
  return error?.code;
}

async function rejoin({ token }: Person): Promise<string | undefined> {
  const client = await pair.mesh.client(pair.two);
  const { error, joined: answer } = await client.ask({ join: joinWith(token) });
  return answer === undefined ? error?.code : 'joined';
}

describe('the rules', () => {
  it('do not grow the settings over what they may be, which would make the meeting unreadable', async () => {
    const full = (length: number) => ({ settings: { own: 'x'.repeat(length) } });
    const meetingId = await newMeeting(pair.one.httpAddress, full(16_384 - JSON.stringify({ own: '' }).length));
    const ada = await joined(pair.mesh, pair.one, meetingId, 'Ada');
    const answer = await call(
      pair.one.httpAddress,
      'PATCH',
      `/v1/meetings/${meetingId}/rules`,
      { locked: true },
      bearer(ada),
    );
    expect(codeOf(answer)).toBe('BAD_REQUEST');
    expect((await call(pair.one.httpAddress, 'GET', `/v1/meetings/${meetingId}`)).status).toBe(200);
  });
});

describe('a microphone', () => {
  it('is muted for everybody at once by a host, and its owner learns by whom', async () => {
    const { meetingId, ada, ben } = await meeting();
    const track = await published(ben, microphone);
    expect((await rest(meetingId, `participants/${ben.participantId}/mute`, ada)).status).toBe(204);
    await ada.client.untilEvent(({ trackUpdated }) => trackUpdated?.id === track && trackUpdated?.muted === true);
    const { moderated: what } = await ben.client.untilEvent((event) => event.moderated !== undefined);
    expect(what).toEqual({ moderation: 'MODERATION_MUTE', byParticipantId: ada.participantId, byName: 'Ada' });
    expect((await ben.client.ask({ setMuted: { trackId: track, muted: false } })).error).toBeUndefined();
    expect(ada.client.events().some((event) => event.moderated !== undefined)).toBe(false);
  });

  it('stays muted where nobody may unmute themselves, until a host asks for it', async () => {
    const { meetingId, ada, cleo, ben } = await meeting();
    const tracks = [await published(ada, microphone), await published(ben, microphone)];
    const spared = [tracks[0], await published(cleo, microphone)];
    expect((await rest(meetingId, 'mute-all', cleo, { mayUnmute: false })).status).toBe(204);
    const update = await ben.client.untilEvent(({ meetingUpdated }) => meetingUpdated?.rules?.mayUnmute === false);
    expect(update.meetingUpdated?.title).toBe('Planning');
    await ben.client.untilEvent(({ trackUpdated }) => trackUpdated?.id === tracks[1] && trackUpdated?.muted === true);
    const unmute = { setMuted: { trackId: tracks[1] ?? '', muted: false } };
    await expect.poll(async () => (await ben.client.ask(unmute)).error?.code).toBe('UNMUTE_FORBIDDEN');
    expect(ben.client.events().some(({ trackUpdated }) => spared.includes(trackUpdated?.id))).toBe(false);
    expect(await moderated(ada, ben, 'MODERATION_ASK_TO_UNMUTE')).toBeUndefined();
    await ben.client.untilEvent((event) => event.moderated?.moderation === 'MODERATION_ASK_TO_UNMUTE');
    expect((await ben.client.ask(unmute)).error).toBeUndefined();
  });

  it('that is heard goes on when its media moves, though nobody may unmute themselves', async () => {
    const { meetingId, ada, ben } = await meeting();
    expect((await rest(meetingId, 'mute-all', ada, { mayUnmute: false })).status).toBe(204);
    await ben.client.untilEvent(({ meetingUpdated }) => meetingUpdated?.rules?.mayUnmute === false);
    expect(await moderated(ada, ben, 'MODERATION_ASK_TO_UNMUTE')).toBeUndefined();
    await ben.client.untilEvent((event) => event.moderated?.moderation === 'MODERATION_ASK_TO_UNMUTE');
    const trackId = await published(ben, microphone);
    ben.client.cut();
    await ben.client.closed;
    const back = await pair.mesh.client(pair.one);
    const { resumeToken } = ben.answer;
    const { resumed } = await back.ask({ resume: { resumeToken, position: undefined, restartIce: false } });
    expect(resumed).toBeDefined();
    expect((await back.ask({ publish: { ...microphone, trackId } })).published?.trackId).toBe(trackId);
    expect((await back.ask({ setMuted: { trackId, muted: true } })).error).toBeUndefined();
    const { error } = await back.ask({ publish: { ...microphone, trackId } });
    expect(error?.code).toBe('UNMUTE_FORBIDDEN');
  });
});

it('a camera is stopped, and a screen is no longer published', async () => {
  const { ada, ben } = await meeting();
  const face = await published(ben, camera);
  const screen = await published(ben, { ...camera, source: 'TRACK_SOURCE_SCREEN' });
  expect(await moderated(ada, ben, 'MODERATION_STOP_CAMERA')).toBeUndefined();
  await ada.client.untilEvent(({ trackUpdated }) => trackUpdated?.id === face && trackUpdated?.muted === true);
  expect(await moderated(ada, ben, 'MODERATION_STOP_SCREEN')).toBeUndefined();
  await ada.client.untilEvent(({ trackUnpublished }) => trackUnpublished?.trackId === screen);
});

describe('somebody who is removed', () => {
  it('is told so, cannot resume, and may join again', async () => {
    const { ada, ben } = await meeting();
    expect(await moderated(ada, ben, 'MODERATION_REMOVE')).toBeUndefined();
    expect(await ben.client.untilGoodbye()).toBe('REMOVED');
    expect(await ben.client.closed).toMatchObject({ code: 4414 });
    const again = await pair.mesh.client(pair.one);
    const resume = { resumeToken: ben.answer.resumeToken, position: undefined, restartIce: false };
    expect((await again.ask({ resume })).error?.code).toBe('RESUME_REFUSED');
    expect(await rejoin(ben)).toBe('joined');
  });

  it('never comes back when banned, nor as another participant of the same person', async () => {
    const { meetingId, ada } = await meeting();
    const token = async (userId: string) => {
      const body = { name: 'Mallory', role: 'panelist', userId };
      return (await call(pair.one.httpAddress, 'POST', `/v1/meetings/${meetingId}/tokens`, body)).body;
    };
    const first = await token('mallory');
    const client = await pair.mesh.client(pair.two);
    const { joined: answer } = await client.ask({ join: joinWith(String(first.token)) });
    const mallory = { client, token: String(first.token), participantId: answer?.participantId ?? '' } as Person;
    expect((await rest(meetingId, `participants/${mallory.participantId}/ban`, ada)).status).toBe(204);
    expect(await client.untilGoodbye()).toBe('BANNED');
    expect(await rejoin(mallory)).toBe('BANNED');
    expect(await rejoin({ ...mallory, token: String((await token('mallory')).token) })).toBe('BANNED');
    expect(await rejoin({ ...mallory, token: String((await token('somebody-else')).token) })).toBe('joined');
  });
});

describe('who may moderate', () => {
  it('is decided by the role they have now, and never reaches upwards or into another meeting', async () => {
    const { meetingId, ada, cleo, ben } = await meeting();
    expect(await moderated(ben, ada, 'MODERATION_MUTE')).toBe('FORBIDDEN');
    expect(await moderated(cleo, ada, 'MODERATION_REMOVE')).toBe('FORBIDDEN');
    expect(await moderated(ada, ada, 'MODERATION_REMOVE')).toBe('FORBIDDEN');
    expect(await moderated(ada, { ...ben, participantId: 'nobody' }, 'MODERATION_MUTE')).toBe('PARTICIPANT_NOT_FOUND');
    expect(await moderated(ada, ben, 'MODERATION_DANCE')).toBe('MALFORMED_MESSAGE');
    const other = await newMeeting(pair.one.httpAddress);
    expect(codeOf(await rest(other, `participants/${ben.participantId}/mute`, ada))).toBe('MEETING_NOT_FOUND');
    expect(codeOf(await rest(meetingId, `participants/${ada.participantId}/ban`, ben))).toBe('FORBIDDEN');
    await rest(meetingId, 'host', ada, { participantId: ben.participantId });
    expect(codeOf(await rest(meetingId, `participants/${ben.participantId}/mute`, ada))).toBe('FORBIDDEN');
  });
});

describe('a meeting', () => {
  it('that is locked lets nobody new in but hosts, and nobody is left out who is in', async () => {
    const { meetingId, ada, ben } = await meeting();
    expect((await ada.client.ask({ changeRules: { locked: true } })).done).toBeDefined();
    await ben.client.untilEvent(({ meetingUpdated }) => meetingUpdated?.rules?.locked === true);
    await expect(joined(pair.mesh, pair.two, meetingId, 'Dora', { role: 'cohost' })).rejects.toThrow('MEETING_LOCKED');
    const second = await joined(pair.mesh, pair.two, meetingId, 'Eve');
    expect(second.answer.meeting?.rules?.locked).toBe(true);
    expect(await rejoin(ben)).toBe('joined');
    expect((await ben.client.untilGoodbye()).length).toBeGreaterThan(0);
    await ada.client.ask({ changeRules: { locked: false } });
    await joined(pair.mesh, pair.two, meetingId, 'Dora', { role: 'cohost' });
  });

  it('goes on when its host leaves: a cohost becomes host', async () => {
    const { ada, cleo, ben } = await meeting();
    await ada.client.ask({ leave: {} });
    await ben.client.untilEvent(
      ({ participantUpdated: who }) => who?.id === cleo.participantId && who.role === 'ROLE_HOST',
    );
    expect(await moderated(cleo, ben, 'MODERATION_MUTE')).toBeUndefined();
  });

  it('goes on as well when its host is put out', async () => {
    const { meetingId, ada, cleo } = await meeting();
    const path = `/v1/meetings/${meetingId}/participants/${ada.participantId}/remove`;
    expect((await call(pair.one.httpAddress, 'POST', path)).status).toBe(204);
    await cleo.client.until(({ roleChanged }) => (roleChanged?.role === 'ROLE_HOST' ? roleChanged : undefined));
  });

  it('is given to somebody else by its host, who becomes a cohost', async () => {
    const { ada, ben } = await meeting();
    await ada.client.ask({ transferHost: { participantId: ben.participantId } });
    await ada.client.until(({ roleChanged }) => (roleChanged?.role === 'ROLE_COHOST' ? roleChanged : undefined));
    await ben.client.until(({ roleChanged }) => (roleChanged?.role === 'ROLE_HOST' ? roleChanged : undefined));
    expect((await ada.client.ask({ transferHost: { participantId: ben.participantId } })).error?.code).toBe(
      'FORBIDDEN',
    );
  });

  it('is ended for everybody by a host, and by nobody below', async () => {
    const { ada, cleo, ben } = await meeting();
    expect((await cleo.client.ask({ endMeeting: {} })).error?.code).toBe('FORBIDDEN');
    ada.client.ws.send(JSON.stringify({ id: 99, endMeeting: {} }));
    for (const { client } of [ada, cleo, ben]) expect(await client.untilGoodbye()).toBe('MEETING_ENDED');
  });
});

describe('a password', () => {
  it('is asked of who joins but not of hosts, is never told, and cannot be guessed', async () => {
    const created = await call(pair.one.httpAddress, 'POST', '/v1/meetings', { settings: { password: 'kingfisher' } });
    expect(created.body).toMatchObject({ hasPassword: true, settings: {} });
    const meetingId = String(created.body.id);
    const host = await joined(pair.mesh, pair.one, meetingId, 'Ada');
    expect(host.answer.participantId).not.toBe('');
    const body = { name: 'Ben', role: 'panelist' };
    const { body: minted } = await call(pair.one.httpAddress, 'POST', `/v1/meetings/${meetingId}/tokens`, body);
    const attempt = async (password?: string) => {
      const client = await pair.mesh.client(pair.two);
      const { error, joined: answer } = await client.ask({ join: { ...joinWith(String(minted.token)), password } });
      return answer === undefined ? error?.code : 'joined';
    };
    expect(await attempt()).toBe('PASSWORD_REQUIRED');
    expect(await attempt('pelican')).toBe('PASSWORD_WRONG');
    expect(await attempt('kingfisher')).toBe('joined');
    const answers = [];
    for (let guess = 0; guess < 20 && answers.at(-1) !== 'RATE_LIMITED'; guess++)
      answers.push(await attempt(`${guess}`));
    expect(answers.at(-1)).toBe('RATE_LIMITED');
    expect(await attempt('kingfisher')).toBe('RATE_LIMITED');
    const without = await call(pair.one.httpAddress, 'PATCH', `/v1/meetings/${meetingId}`, {
      settings: { password: null },
    });
    expect(without.body.hasPassword).toBe(false);
    expect(await attempt()).toBe('joined');
  });

  it('lets in everybody at one address who knows it', async () => {
    const meetingId = await newMeeting(pair.one.httpAddress, { settings: { password: 'kingfisher' } });
    for (let person = 0; person < 25; person++) {
      const { token } = await newToken(pair.one.httpAddress, meetingId, `P${person}`, 'panelist');
      const client = await pair.mesh.client(pair.two);
      const { error } = await client.ask({ join: { ...joinWith(token), password: 'kingfisher' } });
      expect(error?.code).toBeUndefined();
    }
  });

  it('lets them in also when they all come at once', async () => {
    const meetingId = await newMeeting(pair.one.httpAddress, { settings: { password: 'kingfisher' } });
    const people = Array.from({ length: 25 }, (_, person) =>
      newToken(pair.one.httpAddress, meetingId, `P${person}`, 'panelist'),
    );
    const codes = (await Promise.all(people)).map(async ({ token }) => {
      const client = await pair.mesh.client(pair.two);
      const { error } = await client.ask({ join: { ...joinWith(token), password: 'kingfisher' } });
      return error?.code;
    });
    expect(await Promise.all(codes)).toEqual(codes.map(() => undefined));
  });
});
