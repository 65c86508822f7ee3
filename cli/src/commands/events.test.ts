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

const told = (...events: object[]) => ({ status: 200, body: JSON.stringify({ events }) });
const happened = (id: string) => told({ id, at: '', kind: id });

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

test('what happened to one meeting since a time is sought page by page, and says why', async () => {
  const plan = { at: '', kind: 'plan.changed', meetingId: 'mine', epoch: 8 };
  const { url, asked } = await answering([
    told({ ...plan, id: '5000-0', cause: 'joined' }, { ...plan, id: '6000-0', meetingId: 'other' }),
    told({ ...plan, id: '7000-0' }),
    told(),
  ]);
  const printed = vi.spyOn(console, 'log').mockReturnValue();
  onTestFinished(() => printed.mockRestore());
  const seek = ['node', 'canopy', 'events', '--meeting', 'mine', '--since', '1970-01-01T00:00:05Z'];
  await buildProgram({ CANOPY_URL: url }).parseAsync(seek);
  expect(printed.mock.calls.map(([line]) => String(line).trim())).toEqual([
    'plan.changed      meeting mine  epoch 8  because joined',
    'plan.changed      meeting mine  epoch 8',
  ]);
  expect(asked.map((path) => new URL(path, url).searchParams.get('after'))).toEqual(['4999-0', '6000-0', '7000-0']);
});

test('who asks at a wrong address is told so at once', async () => {
  const { url, asked } = await answering([{ status: 502, body: 'Bad Gateway' }]);
  const following = buildProgram({ CANOPY_URL: url }).parseAsync(['node', 'canopy', 'events', '--follow']);
  await expect(following).rejects.toMatchObject({ code: 'STATE_UNAVAILABLE' });
  expect(asked).toHaveLength(1);
});
