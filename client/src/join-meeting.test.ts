import { expect, test } from 'vitest';
import { joinMeeting } from './join-meeting.ts';
import { UnsupportedError } from './media/device.ts';
import { ScriptedServer } from './testing/scripted-server.ts';

test('who gave up before opens no connection', async () => {
  using server = await ScriptedServer.start(() => 'silence');
  const reason = new Error('somebody closed the dialog');
  const joining = joinMeeting({ url: server.url, token: 't', signal: AbortSignal.abort(reason) });
  await expect(joining).rejects.toBe(reason);
  expect(server.sockets).toEqual([]);
});

test('a browser without WebRTC is told so, and opens none either', async () => {
  using server = await ScriptedServer.start(() => 'silence');
  await expect(joinMeeting({ url: server.url, token: 't' })).rejects.toThrow(UnsupportedError);
  expect(server.sockets).toEqual([]);
});
