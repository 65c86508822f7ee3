import { randomUUID } from 'node:crypto';
import type { WebhookEventType } from '@canopy/proto/webhook-event-types';
import { CanopyError } from '@canopy/runtime/errors';
import type { Principal } from '../../core/access/authorize.ts';
import type { Access } from '../access/access.ts';
import type { Delivery, NewWebhook, Webhook, WebhookRecords } from './ports.ts';

export interface WebhooksDeps {
  access: Pick<Access, 'require' | 'ownerOf'>;
  records: WebhookRecords;
  /** Throws ADDRESS_REFUSED for an address that must not be called from here. */
  guard: { check(url: string): Promise<void> };
  newSecret(): string;
}

const mostWebhooks = 20;
const mostListed = 100;

/** Addresses that are told what happens: made, listed, removed; what they were told, and telling it again. */
export class Webhooks {
  readonly #deps: WebhooksDeps;

  constructor(deps: WebhooksDeps) {
    this.#deps = deps;
  }

  /** Errors: SIGN_IN_REQUIRED, ADDRESS_REFUSED, LIMIT_REACHED, STATE_UNAVAILABLE. */
  async create(principal: Principal, url: string, events: readonly WebhookEventType[]): Promise<NewWebhook> {
    this.#deps.access.require(principal, { action: 'webhook.create' });
    const owner = this.#deps.access.ownerOf(principal);
    if ((await this.#deps.records.list(owner)).length >= mostWebhooks) throw new CanopyError('LIMIT_REACHED');
    await this.#deps.guard.check(url);
    const webhook = { ...owner, id: randomUUID(), url, events, secret: this.#deps.newSecret() };
    await this.#deps.records.create(webhook);
    return webhook;
  }

  async list(principal: Principal): Promise<readonly Webhook[]> {
    this.#deps.access.require(principal, { action: 'webhook.create' });
    return await this.#deps.records.list(this.#deps.access.ownerOf(principal));
  }

  /** Errors: NOT_FOUND, STATE_UNAVAILABLE. */
  async remove(principal: Principal, webhookId: string): Promise<void> {
    await this.#owned(principal, webhookId);
    await this.#deps.records.remove(webhookId);
  }

  /** The latest messages to it. Errors: NOT_FOUND, STATE_UNAVAILABLE. */
  async deliveries(principal: Principal, webhookId: string): Promise<readonly Delivery[]> {
    await this.#owned(principal, webhookId);
    return await this.#deps.records.deliveries(webhookId, mostListed);
  }

  /** Errors: NOT_FOUND, STATE_UNAVAILABLE. */
  async replay(principal: Principal, webhookId: string, deliveryId: string): Promise<void> {
    await this.#owned(principal, webhookId);
    if (!(await this.#deps.records.replay(webhookId, deliveryId))) throw new CanopyError('NOT_FOUND');
  }

  async #owned(principal: Principal, webhookId: string): Promise<void> {
    const webhook = await this.#deps.records.find(webhookId);
    if (webhook === undefined) throw new CanopyError('NOT_FOUND');
    this.#deps.access.require(principal, { action: 'webhook.manage', owner: webhook });
  }
}
