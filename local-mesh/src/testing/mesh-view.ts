import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';

const view = z.object({
  edges: z.array(
    z.object({ id: z.string(), region: z.string(), state: z.string(), load: z.number(), sessions: z.number() }),
  ),
  links: z.array(
    z.object({
      meetingId: z.string(),
      parent: z.string(),
      child: z.string(),
      epoch: z.number(),
      tracks: z.array(z.object({ id: z.string(), originEdgeId: z.string(), kind: z.string() })),
    }),
  ),
});

export type MeshView = z.output<typeof view>;

/** What `GET /v1/mesh` says now. */
export async function meshView(url: string): Promise<MeshView> {
  const response = await fetch(`${url}/v1/mesh`);
  return view.parse(await response.json());
}

/** The mesh as soon as it is as wanted; the caller's own time limit ends the wait. */
export async function untilMesh(
  url: string,
  wanted: (mesh: MeshView) => boolean | Promise<boolean>,
): Promise<MeshView> {
  for (;;) {
    const mesh = await meshView(url);
    if (await wanted(mesh)) return mesh;
    await delay(100);
  }
}
