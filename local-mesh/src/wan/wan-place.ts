import type { Place } from '../mesh/place.ts';
import { Doorway } from './doorway.ts';
import type { Wan } from './wan.ts';

/** A node of a WAN as a place for nodes of a mesh and for browsers. What goes through its doors does not cross the WAN. */
export class WanPlace implements Place, Disposable {
  readonly address: string;
  readonly #wan: Wan;
  readonly #node: string;
  #doors: Doorway | undefined;

  constructor(wan: Wan, node: string) {
    this.#wan = wan;
    this.#node = node;
    this.address = wan.address(node);
  }

  command(command: string, args: readonly string[]): [command: string, args: string[]] {
    return this.#wan.commandIn(this.#node, command, args);
  }

  reach(port: number): Promise<string> {
    return this.#doorway().inTo(this.address, port);
  }

  offer(port: number): Promise<void> {
    return this.#doorway().outOf(port);
  }

  [Symbol.dispose](): void {
    this.#doors?.close();
  }

  #doorway(): Doorway {
    this.#doors ??= new Doorway((command, args, options) => this.#wan.spawn(this.#node, command, args, options));
    return this.#doors;
  }
}
