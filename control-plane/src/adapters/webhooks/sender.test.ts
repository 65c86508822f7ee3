import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { AddressGuard } from './address-guard.ts';
import { HttpWebhookSender } from './sender.ts';

/** A receiver inside our network: it hangs up on everybody, and counts who came. */
async function insider(): Promise<{ port: number; visits: () => number }> {
  let visits = 0;
  const server = createServer((socket) => {
    visits += 1;
    socket.destroy();
  }).listen(0, 'localhost');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { port: (server.address() as AddressInfo).port, visits: () => visits };
}

// What was registered may have led elsewhere then: the guard is asked again with each delivery.
it.each([
  ['a name that leads there', 'localhost'],
  ['an address', '127.0.0.1'],
  ['an address of IPv6', '[::1]'],
])('delivers nothing to its own network by %s', async (_how, host) => {
  const { port, visits } = await insider();
  const sender = new HttpWebhookSender(new AddressGuard(false));
  await expect(sender.send(`https://${host}:${port}/`, {}, '{}')).rejects.toMatchObject({ code: 'ADDRESS_REFUSED' });
  expect(visits()).toBe(0);
});

it('delivers there where that is allowed', async () => {
  const { port, visits } = await insider();
  const sender = new HttpWebhookSender(new AddressGuard(true));
  await expect(sender.send(`https://localhost:${port}/`, {}, '{}')).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect(visits()).toBe(1);
});
