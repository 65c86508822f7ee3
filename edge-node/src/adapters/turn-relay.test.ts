import { VirtualClock } from '@canopy/runtime/clock';
import { expect, test } from 'vitest';
import { turnRelay } from './turn-relay.ts';

const urls = ['turn:turn.example.org:3478?transport=udp', 'turns:turn.example.org:5349?transport=tcp'];
const turn = { urls, secret: 'north of the northern sea' };

test('a credential is what OpenSSL makes of the secret, the end of an hour and the participant', () => {
  const clock = new VirtualClock(2_000_000_000_999);
  const relay = turnRelay(turn, clock);
  expect(relay.serversFor('ada')).toEqual([
    { urls, username: '2000003600:ada', credential: 't0nWgYwFs9mpu6EldKvvoj4j9y0=' },
  ]);
  clock.advance(1);
  expect(relay.serversFor('ben')).toEqual([
    { urls, username: '2000003601:ben', credential: 'y9d9FND0+D7Hph0i8UYHhlEa2TI=' },
  ]);
});

test('where no server is there is nothing to get in to', () => {
  expect(turnRelay(undefined, new VirtualClock()).serversFor('ada')).toEqual([]);
});
