import type { WebhookEventType } from '@canopy/proto/webhook-event-types';
import type { Owner } from '../../core/access/authorize.ts';

/** An address that is told what happens. */
export interface Webhook extends Owner {
  id: string;
  url: string;
  /** What it wants to hear of; none named: everything. */
  events: readonly WebhookEventType[];
}

/** One with its secret, which is told this once. */
export interface NewWebhook extends Webhook {
  /** `whsec_…`: with it receivers verify that a message is ours. */
  secret: string;
}

/** One try to tell. Times are Unix ms. */
export interface Attempt {
  at: number;
  httpStatus: number | undefined;
  error: string | undefined;
  durationMs: number;
}

/** A message to one webhook, with what was tried. */
export interface Delivery {
  id: string;
  type: string;
  payload: string;
  status: 'pending' | 'delivered' | 'failed';
  createdAt: number;
  /** Undefined: no more. */
  nextAttemptAt: number | undefined;
  attempts: readonly Attempt[];
}

/** Errors: STATE_UNAVAILABLE. */
export interface WebhookRecords {
  create(webhook: NewWebhook): Promise<void>;
  list(owner: Owner): Promise<readonly Webhook[]>;
  find(webhookId: string): Promise<Webhook | undefined>;
  remove(webhookId: string): Promise<void>;
  /** The latest first. */
  deliveries(webhookId: string, limit: number): Promise<readonly Delivery[]>;
  /** Offers it again, for another day; false if there is none. */
  replay(webhookId: string, deliveryId: string): Promise<boolean>;
}

/** A message whose time has come. */
export interface DueDelivery {
  id: string;
  webhookId: string;
  /** Whose webhook it is for. */
  owner: Owner;
  url: string;
  /** Of the webhook. Throws SECRET_SEALED. */
  secret: () => string;
  payload: string;
  /** With this one. */
  attempts: number;
  /** Unix ms. */
  offeredAt: number;
}

/** What to take of it. */
export interface Claim {
  /** The most webhooks. */
  most: number;
  /** The most of one owner, with those of theirs that are being told something. */
  ofOwner: number;
  /** The most messages to one webhook. */
  ofEach: number;
  /** Webhooks that are being told something, of which nothing is wanted now, and whose they are. */
  telling: ReadonlyMap<string, { owner: Owner }>;
  /** For so long nobody else gets them. */
  forMs: number;
}

/** What is written down to be told. Errors: STATE_UNAVAILABLE. */
export interface WebhookOutbox {
  /**
   * Takes some that are due: of webhooks of owners for whom the fewest are being told something, and among equals of any, so that
   * none waits for ever behind those that hang. Of each webhook those first that are longest.
   */
  claim(claim: Claim): Promise<readonly DueDelivery[]>;
  /** Writes down how it went. `nextAttemptAt`: Unix ms; undefined: it is done with. */
  settle(deliveryId: string, attempt: Attempt, delivered: boolean, nextAttemptAt: number | undefined): Promise<void>;
  /** Forgets messages that are done with and older than this. */
  forget(olderThanMs: number): Promise<void>;
}

export interface WebhookSender {
  /** The status a receiver answered with; rejects where there was no answer, or the address is refused. */
  send(url: string, headers: Readonly<Record<string, string>>, body: string): Promise<number>;
}
