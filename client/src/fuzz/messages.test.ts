import { systemClock } from '@canopy/runtime/clock';
import { errorCodes } from '@canopy/runtime/errors';
import { fuzzing, fuzzTimeoutMs, mangled } from '@canopy/runtime/testing/fuzz';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { RequestSocket } from '../signal/request-socket.ts';

const messages = [
  '{"reply":{"id":1,"error":{"code":"RATE_LIMITED","message":"later","retryable":true,"retryAfterMs":5}}}',
  '{"event":{"position":{"generation":"g","sequence":3},"participantJoined":{"participant":{"id":"p","name":"Ada"}}}}',
  '{"snapshot":{"position":{"generation":"g","sequence":3},"meeting":{"participants":[],"tracks":[]}}}',
  '{"transfer":{"joined":{"participantId":"p","role":"ROLE_HOST","consumers":[]}}}',
  '{"waiting":{}}',
  '{"goodbye":{"reason":{"code":"MEETING_ENDED","message":"","retryable":false}}}',
];

/** What a page has of a connection; what is heard is heard at once, so that what fails is seen to. */
class HeardSocket {
  static latest: HeardSocket;
  readonly #listeners = new Map<string, (event: object) => void>();

  constructor() {
    HeardSocket.latest = this;
  }

  addEventListener(type: string, listener: (event: object) => void): void {
    this.#listeners.set(type, listener);
  }

  hear(type: 'open' | 'message', data?: string): void {
    this.#listeners.get(type)?.({ data });
  }

  send(): void {}

  close(): void {}
}

test('a message of a server is understood, or ends the connection with a code', {
  timeout: fuzzTimeoutMs,
}, async () => {
  vi.stubGlobal('WebSocket', HeardSocket);
  await using owned = new AsyncDisposableStack();
  owned.defer(() => void vi.unstubAllGlobals());
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(mangled(messages), fc.json()), { maxLength: 5 }), async (texts) => {
      const opening = RequestSocket.open('wss://meet.example.org', systemClock, 60_000);
      HeardSocket.latest.hear('open');
      const socket = await opening;
      const ends: unknown[] = [];
      socket.events.on('closed', (reason) => ends.push(reason.code));
      const answer = socket.request({ leave: {} }, 60_000).catch((error: { code: unknown }) => ends.push(error.code));
      for (const text of texts) HeardSocket.latest.hear('message', text);
      socket.close();
      await answer;
      for (const code of ends) expect(errorCodes).toContain(code);
    }),
    fuzzing(),
  );
});
