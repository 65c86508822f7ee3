import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '@canopy/runtime/clock';
import type { Logger } from '@canopy/runtime/logger';
import { linkLingerMs } from '../../core/cascade/layer-demand.ts';
import type { Use } from '../../core/cascade/uses.ts';
import { once } from '../once.ts';
import { SteadyNeed } from './steady-need.ts';

/** What of a track a parent is to send. */
export interface Flow {
  heldBack: boolean;
  /** Simulcast layers, counted from the lowest; Infinity: all. */
  layers: number;
  /** Also while it is hushed. */
  insists: boolean;
  /** What it is taken for. */
  use: Use;
}

export interface LinkFlowOptions {
  /** It was asked for held back. */
  heldBack: boolean;
  use: Use;
  /** The parent may have answered what was asked for before: it is told in any case. */
  unsure: boolean;
  clock: Clock;
  logger: Logger;
  tell: (flow: Flow) => Promise<void>;
}

const retryMs = 500;

/** What one parent is asked to send of one track. It is told of changes one at a time, so that none overtakes another. */
export class LinkFlow {
  readonly #options: LinkFlowOptions;
  readonly #need: SteadyNeed;
  #isKeptReady: boolean;
  /** Those who keep it flowing. */
  #keepers = 0;
  #insists = false;
  #use: Use;
  #told: Flow | undefined;
  #telling = false;
  #cancelRetry = () => {};
  #closed = false;

  constructor(options: LinkFlowOptions) {
    this.#options = options;
    this.#need = new SteadyNeed({
      clock: options.clock,
      layers: Number.POSITIVE_INFINITY,
      lingerMs: linkLingerMs,
      onChange: () => this.#tell(),
    });
    this.#isKeptReady = options.heldBack;
    this.#use = options.use;
    this.#told = options.unsure ? undefined : this.#wanted;
    this.#tell();
  }

  get heldBack(): boolean {
    return this.#isKeptReady && this.#keepers === 0;
  }

  get use(): Use {
    return this.#use;
  }

  get layers(): number {
    return this.#need.layers;
  }

  keepFlowing(): () => void {
    this.#keepers++;
    this.#tell();
    return once(() => {
      this.#keepers--;
      this.#tell();
    });
  }

  keepReady(only: boolean): void {
    this.#isKeptReady = only;
    this.#tell();
  }

  need(layers: number): void {
    this.#need.need(layers);
  }

  insist(insists: boolean): void {
    this.#insists = insists;
    this.#tell();
  }

  serve(use: Use): void {
    this.#use = use;
    this.#tell();
  }

  close(): void {
    this.#closed = true;
    this.#need.close();
    this.#cancelRetry();
  }

  get #wanted(): Flow {
    return { heldBack: this.heldBack, layers: this.#need.layers, insists: this.#insists, use: this.#use };
  }

  #tell(): void {
    const wanted = this.#wanted;
    if (this.#closed || this.#telling || isDeepStrictEqual(wanted, this.#told)) return;
    this.#telling = true;
    this.#cancelRetry();
    this.#options.tell(wanted).then(
      () => {
        this.#telling = false;
        this.#told = wanted;
        this.#tell();
      },
      (error: unknown) => {
        this.#telling = false;
        if (this.#closed) return;
        this.#options.logger.warn({ err: error, ...wanted }, 'telling a parent what to send failed');
        this.#cancelRetry = this.#options.clock.after(retryMs, () => this.#tell());
      },
    );
  }
}
