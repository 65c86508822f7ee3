import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { buildProgram } from '../program.ts';

/** A control plane that gives these answers, in turn; returns its address, and what it was asked. */
async function answering(answers: { status: number; body: string }[]) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const { status, body } = answers[asked.length] ?? { status: 404, body: '' };
    asked.push(request.url ?? '');
    response.writeHead(status).end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

const happened = (id: string) => ({ status: 200, body: JSON.stringify({ events: [{ id, at: '', kind: id }] }) });

test('events are followed over replicas that go and come, until they are refused', async () => {
  const refused = { code: 'FORBIDDEN', message: 'no', retryable: false };
  const { url, asked } = await answering([
    happened('first'),
    { status: 502, body: 'Bad Gateway' },
    happened('second'),
    { status: 403, body: JSON.stringify({ error: refused }) },
  ]);
  const printed = vi.spyOn(console, 'log').mockReturnValue();
  onTestFinished(() => printed.mockRestore());
  const following = buildProgram({ CANOPY_URL: url }).parseAsync(['node', 'canopy', 'events', '--follow']);
  await expect(following).rejects.toMatchObject({ code: 'FORBIDDEN' });
  expect(printed.mock.calls.map(([line]) => String(line).trim())).toEqual(['first', 'second']);
  expect(asked.map((path) => new URL(path, url).searchParams.get('after'))).toEqual([null, 'first', 'first', 'second']);
});

test('who asks at a wrong address is told so at once', async () => {
  const { url, asked } = await answering([{ status: 502, body: 'Bad Gateway' }]);
  const following = buildProgram({ CANOPY_URL: url }).parseAsync(['node', 'canopy', 'events', '--follow']);
  await expect(following).rejects.toMatchObject({ code: 'STATE_UNAVAILABLE' });
  expect(asked).toHaveLength(1);
});
