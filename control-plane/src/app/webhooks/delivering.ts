import type { Clock } from '@canopy/runtime/clock';
import type { Logger } from '@canopy/runtime/logger';
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
const atOnce = 20;
/** Longer than a receiver has to answer: a message whose replica died is taken by another one after this. */
const claimedForMs = 30_000;
const days = 86_400_000;
const keptForMs = 30 * days;
const forgetEveryMs = 60 * 60_000;

/** Tells webhooks what the outbox holds, at least once, and again until they have it. Any replica takes what is due. */
export class Delivering implements AsyncDisposable {
  readonly #deps: DeliveringDeps;
  readonly #timers = new DisposableStack();
  #busy: Promise<void> | undefined;

  constructor(deps: DeliveringDeps) {
    this.#deps = deps;
  }

  /** Until it is disposed of. */
  run(): void {
    const { clock, outbox } = this.#deps;
    const later = (error: unknown) => this.#deps.logger.debug({ err: error }, 'webhooks are told later');
    this.#timers.defer(
      clock.every(lookEveryMs, () => {
        this.#busy ??= this.#deliverDue()
          .catch(later)
          .finally(() => {
            this.#busy = undefined;
          });
      }),
    );
    this.#timers.defer(clock.every(forgetEveryMs, () => void outbox.forget(keptForMs).catch(later)));
  }

  /** Waits for what is under way. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#timers.dispose();
    await this.#busy;
  }

  async #deliverDue(): Promise<void> {
    const due = await this.#deps.outbox.claim(atOnce, claimedForMs);
    await Promise.all(due.map((delivery) => this.#deliver(delivery)));
  }

  async #deliver({ id, url, secret, payload, attempts, offeredAt }: DueDelivery): Promise<void> {
    const { clock, sender, outbox } = this.#deps;
    const at = clock.now();
    const headers = this.#deps.sign(secret, `msg_${id}`, at, payload);
    const answer = await sender.send(url, headers, payload).then(
      (httpStatus) => ({ httpStatus, error: undefined }),
      (error: unknown) => ({ httpStatus: undefined, error: error instanceof Error ? error.message : 'unknown' }),
    );
    const delivered = answer.httpStatus !== undefined && answer.httpStatus >= 200 && answer.httpStatus < 300;
    const attempt = { ...answer, at, durationMs: clock.now() - at };
    const next = delivered ? undefined : nextAttemptAt(attempts, offeredAt, clock.now(), this.#deps.random());
    await outbox.settle(id, attempt, delivered, next);
    this.#deps.logger.debug({ deliveryId: id, ...attempt, delivered }, 'a webhook was called');
  }
}
