import { expect, test } from 'vitest';
import { regather, restartIce } from './ice-restart.ts';

const iceParameters = { usernameFragment: 'renewed', password: 'secret', iceLite: true };
const relays = [{ urls: ['turn:relay.example:3478'], username: 'later', credential: 'secret' }];

/** A transport that does, or can't, replace its relays. */
function transport(replaces: boolean) {
  const done: string[] = [];
  return {
    done,
    async updateIceServers() {
      if (!replaces) throw new Error('not supported');
      done.push('relays');
    },
    async restartIce({ iceParameters }: { iceParameters: { usernameFragment: string } }) {
      done.push(iceParameters.usernameFragment);
    },
  };
}

test('relays are replaced before a way is looked for, unless the server names none', async () => {
  const one = transport(true);
  await restartIce(one, iceParameters, relays);
  expect(one.done).toEqual(['relays', 'renewed']);
  const other = transport(true);
  await restartIce(other, iceParameters, []);
  expect(other.done).toEqual(['renewed']);
});

test('a browser that can’t replace them looks for a way with those it has', async () => {
  const one = transport(false);
  await restartIce(one, iceParameters, relays);
  expect(one.done).toEqual(['renewed']);
});

test('a way is looked for anew with what the server gave out last, which who receives sees as another one only after a third', async () => {
  const asked = async (direction: 'send' | 'recv') => {
    const one = transport(true);
    await regather({ ...one, direction }, iceParameters);
    return one.done;
  };
  expect(await asked('send')).toEqual(['renewed']);
  const [nobody, renewed] = await asked('recv');
  expect(nobody).not.toBe('renewed');
  expect(renewed).toBe('renewed');
});
