import { expect, test } from 'vitest';
import { watchNetwork } from './network-watch.ts';

function watched(connection: EventTarget) {
  const window = new EventTarget();
  let changes = 0;
  const stop = watchNetwork(
    () => {
      changes += 1;
    },
    { window, navigator: { connection } },
  );
  const change = () => connection.dispatchEvent(new Event('change'));
  return { window, change, stop, changes: () => changes };
}

test('a network that is back, or of another kind, is a change; another estimate of it is none, nor a menu on the page', () => {
  const connection = Object.assign(new EventTarget(), { type: 'wifi' });
  const { window, change, changes } = watched(connection);
  window.dispatchEvent(new Event('change'));
  change();
  expect(changes()).toBe(0);
  window.dispatchEvent(new Event('online'));
  expect(changes()).toBe(1);
  connection.type = 'cellular';
  change();
  change();
  expect(changes()).toBe(2);
});

test('where the browser does not say what kind of network it uses, only that it is back counts', () => {
  const { window, change, changes } = watched(new EventTarget());
  change();
  expect(changes()).toBe(0);
  window.dispatchEvent(new Event('online'));
  expect(changes()).toBe(1);
});

test('nothing is heard once the watch has ended', () => {
  const connection = Object.assign(new EventTarget(), { type: 'wifi' });
  const { window, change, changes, stop } = watched(connection);
  stop();
  connection.type = 'cellular';
  change();
  window.dispatchEvent(new Event('online'));
  expect(changes()).toBe(0);
});
