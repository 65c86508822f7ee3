import { CanopyError } from '@canopy/runtime/errors';
import type { Principal } from '../../core/access/authorize.ts';
import type { Access } from '../access/access.ts';
import type { AuditEntry, AuditQuery, AuditRecords, NotedEntry } from './ports.ts';

/** Who does something, and from where. */
export interface Actor {
  principal: Principal;
  address: string;
}

export interface AuditDeps {
  access: Pick<Access, 'may' | 'require'>;
  records: AuditRecords;
}

/** Notes what operators, and whoever else has a key or an account, do to what others depend on. */
export class Audit {
  readonly #deps: AuditDeps;

  constructor(deps: AuditDeps) {
    this.#deps = deps;
  }

  /**
   * Notes first, so that nothing is done unseen: what can't be noted is refused. If it fails, that is noted as well. What
   * participants do in their meeting is not noted. Only for what the actor may do: nobody fills the log with what is refused. Errors: STATE_UNAVAILABLE, and those of `work`.
   */
  async during<T>({ principal, address }: Actor, entry: AuditEntry, work: () => Promise<T>): Promise<T> {
    const actor = nameOf(principal);
    if (actor === undefined) return await work();
    await this.#deps.records.note({ ...entry, actor, address, failed: undefined });
    try {
      return await work();
    } catch (error) {
      await this.#deps.records.note({ ...entry, actor, address, failed: CanopyError.from(error).code });
      throw error;
    }
  }

  /** The same for what owners may do with what is theirs as often as they like: that would fill the log, so it is noted of operators only. */
  async duringOfOperators<T>(actor: Actor, entry: AuditEntry, work: () => Promise<T>): Promise<T> {
    const isOperator = this.#deps.access.may(actor.principal, { action: 'mesh.operate' });
    return isOperator ? await this.during(actor, entry, work) : await work();
  }

  /** Errors: FORBIDDEN, STATE_UNAVAILABLE. */
  async page(principal: Principal, query: AuditQuery): Promise<readonly NotedEntry[]> {
    this.#deps.access.require(principal, { action: 'audit.read' });
    return await this.#deps.records.page(query);
  }
}

/** What the log calls somebody; undefined: what they do is not noted. */
export function nameOf(principal: Principal): string | undefined {
  if (principal.kind === 'api-key') return `key:${principal.keyId}`;
  return principal.kind === 'user' ? `user:${principal.userId}` : undefined;
}
