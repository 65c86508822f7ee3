import type { WebhookEventType } from '@canopy/proto/webhook-event-types';
import type { Call } from '../rest.ts';

/** What is posted to an address, as JSON. `docs/embedding.md` says what `data` holds besides, and how to verify where it comes from. */
export interface WebhookMessage {
  type: WebhookEventType;
  /** ISO 8601: when it happened. */
  timestamp: string;
  data: { meetingId: string; [name: string]: unknown };
}

export interface Webhook {
  id: string;
  url: string;
  /** What it hears of; none: everything. */
  events: WebhookEventType[];
}

export interface WebhookDelivery {
  id: string;
  type: string;
  /** The `WebhookMessage` as it is posted. */
  payload: string;
  status: 'pending' | 'delivered' | 'failed';
  createdAt: string;
  nextAttemptAt: string | null;
  attempts: { at: string; httpStatus: number | null; error: string | null; durationMs: number }[];
}

/** Addresses that are told what happens in one's meetings. */
export class WebhookApi {
  readonly #call: Call;

  constructor(call: Call) {
    this.#call = call;
  }

  /** The secret, with which messages are verified, is told this once. */
  create(url: string, events: readonly WebhookEventType[] = []): Promise<Webhook & { secret: string }> {
    return this.#call('POST', '/v1/webhooks', { url, events });
  }

  async list(): Promise<Webhook[]> {
    return (await this.#call<{ webhooks: Webhook[] }>('GET', '/v1/webhooks')).webhooks;
  }

  remove(webhookId: string): Promise<void> {
    return this.#call('DELETE', `/v1/webhooks/${encodeURIComponent(webhookId)}`);
  }

  /** The latest messages to it. */
  async deliveries(webhookId: string): Promise<WebhookDelivery[]> {
    const path = `/v1/webhooks/${encodeURIComponent(webhookId)}/deliveries`;
    return (await this.#call<{ deliveries: WebhookDelivery[] }>('GET', path)).deliveries;
  }

  replay(webhookId: string, deliveryId: string): Promise<void> {
    const path = `/v1/webhooks/${encodeURIComponent(webhookId)}/deliveries/${encodeURIComponent(deliveryId)}/replay`;
    return this.#call('POST', path);
  }
}
