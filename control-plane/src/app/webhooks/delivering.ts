import type { Clock } from '@canopy/runtime/clock';
import type { Logger } from '@canopy/runtime/logger';
import { messageOf } from '@canopy/runtime/message-of';
import type { Owner } from '../../core/access/authorize.ts';
import { nextAttemptAt } from '../../core/webhooks/retrying.ts';
import type { DueDelivery, WebhookOutbox, WebhookSender } from './ports.ts';

export interface DeliveringDeps {
  outbox: WebhookOutbox;
  sender: WebhookSender;
  /** The headers by which a receiver knows that a message is ours. */
  sign(secret: string, messageId: string, at: number, body: string): Record<string, string>;
  /** In [0, 1). */
  random(): number;
  clock: Clock;
  logger: Logger;
}

const lookEveryMs = 1_000;
/** Webhooks that are told something at the same time. */
const mostWebhooks = 50;
/** Those of one owner among them: however many of theirs hang, others are told. */
const mostOfOwner = 5;
/** What one of them is told at the same time: it gets nothing more until it has answered, and holds up no other. */
const mostOfEach = 4;
/** Longer than a receiver has to answer: a message whose replica died is taken by another one after this. */
const claimedForMs = 30_000;
const days = 86_400_000;
const keptForMs = 30 * days;
const forgetEveryMs = 60 * 60_000;

/** Tells webhooks what the outbox holds, at least once, and again until they have it. Any replica takes what is due. */
export class Delivering implements AsyncDisposable {
  readonly #deps: DeliveringDeps;
  readonly #timers = new DisposableStack();
  #looking: Promise<void> | undefined;
  /** Webhooks that are being told something, and whose they are. */
  readonly #telling = new Map<string, { owner: Owner; done: Promise<void> }>();

  constructor(deps: DeliveringDeps) {
    this.#deps = deps;
  }

  /** Until it is disposed of. */
  run(): void {
    const { clock, outbox } = this.#deps;
    this.#timers.defer(clock.every(lookEveryMs, () => this.#look()));
    const forget = () => void outbox.forget(keptForMs).catch((error: unknown) => this.#later(error));
    this.#timers.defer(clock.every(forgetEveryMs, forget));
  }

  /** Waits for what is under way. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#timers.dispose();
    await this.#looking;
    await Promise.all([...this.#telling.values()].map(({ done }) => done));
  }

  #look(): void {
    const free = mostWebhooks - this.#telling.size;
    if (this.#looking !== undefined || free === 0 || this.#timers.disposed) return;
    this.#looking = this.#take(free)
      .catch((error: unknown) => this.#later(error))
      .finally(() => {
        this.#looking = undefined;
      });
  }

  async #take(most: number): Promise<void> {
    const claim = {
      most,
      ofOwner: mostOfOwner,
      ofEach: mostOfEach,
      telling: this.#telling,
      forMs: claimedForMs,
    };
    const due = Map.groupBy(await this.#deps.outbox.claim(claim), ({ webhookId }) => webhookId);
    for (const [webhookId, deliveries] of due) {
      const [first] = deliveries;
      if (first === undefined) continue;
      this.#telling.set(webhookId, { owner: first.owner, done: this.#tell(webhookId, deliveries) });
    }
  }

  /** Who has answered may be told more. */
  async #tell(webhookId: string, deliveries: readonly DueDelivery[]): Promise<void> {
    const later = (error: unknown) => this.#later(error);
    await Promise.all(deliveries.map((delivery) => this.#deliver(delivery).catch(later)));
    this.#telling.delete(webhookId);
    this.#look();
  }

  #later(error: unknown): void {
    this.#deps.logger.debug({ err: error }, 'webhooks are told later');
  }

  async #deliver(delivery: DueDelivery): Promise<void> {
    const { clock, outbox } = this.#deps;
    const { id, attempts, offeredAt } = delivery;
    const at = clock.now();
    const answer = await this.#send(delivery, at).then(
      (httpStatus) => ({ httpStatus, error: undefined }),
      (error: unknown) => ({ httpStatus: undefined, error: messageOf(error) }),
    );
    const delivered = answer.httpStatus !== undefined && answer.httpStatus >= 200 && answer.httpStatus < 300;
    const attempt = { ...answer, at, durationMs: clock.now() - at };
    const next = delivered ? undefined : nextAttemptAt(attempts, offeredAt, clock.now(), this.#deps.random());
    await outbox.settle(id, attempt, delivered, next);
    this.#deps.logger.debug({ deliveryId: id, ...attempt, delivered }, 'a webhook was called');
  }

  async #send({ id, url, secret, payload }: DueDelivery, at: number): Promise<number> {
    const headers = this.#deps.sign(secret(), `msg_${id}`, at, payload);
    return await this.#deps.sender.send(url, headers, payload);
  }
}
