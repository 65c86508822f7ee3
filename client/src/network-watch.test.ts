import { expect, test } from 'vitest';
import { browserNetwork, watchNetwork } from './network-watch.ts';

function watched() {
  const [window, connection] = [new EventTarget(), new EventTarget()];
  const environment = { window, navigator: { connection } };
  let changes = 0;
  const stop = watchNetwork(browserNetwork(environment), () => {
    changes += 1;
  });
  return { window, connection, stop, changes: () => changes };
}

test('a network that is back, or another one, is a change; a menu on the page is none', () => {
  const { window, connection, changes } = watched();
  window.dispatchEvent(new Event('change'));
  expect(changes()).toBe(0);
  window.dispatchEvent(new Event('online'));
  connection.dispatchEvent(new Event('change'));
  expect(changes()).toBe(2);
});

test('nothing is heard once the watch has ended', () => {
  const { window, connection, changes, stop } = watched();
  stop();
  window.dispatchEvent(new Event('online'));
  connection.dispatchEvent(new Event('change'));
  expect(changes()).toBe(0);
});
