import type { Mesh } from '@canopy/client';
import { findingsOf, type MeshFindings } from './mesh-findings.ts';

const everyMs = 1_000;

/** Looks at the mesh once a second and keeps the worst of what it sees of one meeting. */
export class MeshWatch implements Disposable {
  readonly #look: () => Promise<Mesh>;
  readonly #meetingId: string;
  readonly #seen: MeshFindings[] = [];
  readonly #timer: NodeJS.Timeout;
  /** Looks that failed. */
  unanswered = 0;

  constructor(look: () => Promise<Mesh>, meetingId: string) {
    this.#look = look;
    this.#meetingId = meetingId;
    this.#timer = setInterval(() => {
      this.now().catch(() => {
        this.unanswered += 1;
      });
    }, everyMs);
  }

  /** Looks now. */
  async now(): Promise<MeshFindings> {
    const findings = findingsOf(await this.#look(), this.#meetingId);
    this.#seen.push(findings);
    return findings;
  }

  get looks(): number {
    return this.#seen.length;
  }

  /** The most of a count in any look. */
  most(of: (findings: MeshFindings) => number): number {
    return this.#seen.reduce((most, findings) => Math.max(most, of(findings)), 0);
  }

  /** All epochs that any link had. */
  epochs(): number[] {
    return [...new Set(this.#seen.flatMap(({ epochs }) => [...epochs]))].sort((a, b) => a - b);
  }

  /** The highest load of each edge. */
  highestLoads(): Map<string, number> {
    const highest = new Map<string, number>();
    for (const { loads } of this.#seen)
      for (const [edgeId, load] of loads) highest.set(edgeId, Math.max(load, highest.get(edgeId) ?? 0));
    return highest;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
