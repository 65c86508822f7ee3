import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { WebhookSender } from '../../app/webhooks/ports.ts';
import type { AddressGuard } from './address-guard.ts';

const answerWithinMs = 15_000;
const mostAnswerBytes = 64 * 1024;

/** Posts messages. It follows no redirect, takes only so much of an answer, and waits only so long for it. */
export class HttpWebhookSender implements WebhookSender {
  readonly #guard: Pick<AddressGuard, 'checkUrl' | 'lookup'>;

  constructor(guard: Pick<AddressGuard, 'checkUrl' | 'lookup'>) {
    this.#guard = guard;
  }

  async send(address: string, headers: Readonly<Record<string, string>>, body: string): Promise<number> {
    const url = this.#guard.checkUrl(address);
    const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
    return await new Promise<number>((resolve, reject) => {
      const sent = request(url, {
        method: 'POST',
        lookup: this.#guard.lookup,
        signal: AbortSignal.timeout(answerWithinMs),
        headers: {
          ...headers,
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          'user-agent': 'Canopy-Webhooks/1',
        },
        // A connection of its own: it is rare that the next message to the same receiver comes soon.
        agent: false,
      });
      sent.on('error', reject);
      sent.on('response', (response) => {
        let bytes = 0;
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes > mostAnswerBytes) response.destroy(new Error('the answer is too large'));
        });
        response.on('error', reject);
        response.on('end', () => resolve(response.statusCode ?? 0));
      });
      sent.end(body);
    });
  }
}
