import { type Mesh, startMesh } from '@canopy/local-mesh';
import type { Webinar } from '../grow/webinar.ts';
import { MovingViewer } from './moving-viewer.ts';
import { PacketGroups } from './packet-groups.ts';

/** A mesh whose edges can be lost in every way, and those who watch on it. */
export class AudienceMesh implements AsyncDisposable {
  readonly mesh: Mesh;
  readonly groups: PacketGroups;

  static async start(regions: readonly string[]): Promise<AudienceMesh> {
    const groups = new PacketGroups();
    const mesh = await startMesh({
      regions,
      replicaEnv: { CONTROL_TRUSTED_PROXIES: '127.0.0.1/32', LOG_LEVEL: 'warn' },
      edgeEnv: { LOG_LEVEL: 'warn' },
      places: groups.places,
      report: (text) => console.error(text),
    });
    return new AudienceMesh(mesh, groups);
  }

  private constructor(mesh: Mesh, groups: PacketGroups) {
    this.mesh = mesh;
    this.groups = groups;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.mesh.stop();
  }

  /** So many people in a region begin to watch. */
  async viewers(webinar: Webinar, region: string, count: number): Promise<MovingViewer[]> {
    const candidates = await webinar.viewersFrom(region, count);
    return Promise.all(candidates.map((one) => MovingViewer.join(one)));
  }
}
