import { join } from 'node:path';
import { EdgeClient } from '../../../edge-node/src/testing/edge-client.ts';
import type { Mesh } from '../mesh/mesh.ts';
import type { HeldLink } from './strays.ts';

/** The links that edges of a mesh hold, asked of each of them and of nobody else: the control plane may not reach one of them. */
export class HeldLinks implements Disposable {
  readonly #clients: readonly EdgeClient[];

  constructor({ edges, replicas, dataDir }: Mesh) {
    const file = (name: string) => join(dataDir, 'tls', name);
    const id = replicas[0]?.id;
    const tls = { caFile: file('ca.pem'), certFile: file(`${id}.pem`), keyFile: file(`${id}.key`) };
    // Where a door leads to an edge, its certificate knows the door's address by this name only.
    this.#clients = edges.map(
      ({ grpcAddress }) => new EdgeClient(grpcAddress.replace(/^127\.0\.0\.1:/, 'localhost:'), tls),
    );
  }

  /** Of one meeting, as the children see them. Rejects when an edge does not answer. */
  async of(meetingId: string): Promise<HeldLink[]> {
    const states = await Promise.all(this.#clients.map((client) => client.getState({ meetingId, linksOnly: true })));
    return states.flatMap(({ links }) =>
      links.map(({ parentEdgeId, childEdgeId, epoch, tracks }) => ({
        meetingId,
        parent: parentEdgeId,
        child: childEdgeId,
        epoch,
        tracks: tracks.map(({ trackId, originEdgeId }) => ({ id: trackId, originEdgeId })),
      })),
    );
  }

  [Symbol.dispose](): void {
    for (const client of this.#clients) client.close();
  }
}
