import { join } from 'node:path';
import { protocolVersion } from '@canopy/runtime/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { joinWith } from '../../control-plane/src/testing/media.ts';
import { SignalClient } from '../../control-plane/src/testing/signal-client.ts';
import type { Edge } from '../src/mesh/edge.ts';
import { Replica } from '../src/mesh/replica.ts';
import { projectFolder } from '../src/project.ts';
import { PreviousVersion, previousVersionLeftOut } from '../src/testing/previous-version.ts';
import { mediaGoesOn } from '../src/testing/steady-media.ts';
import { Stage } from './fixtures/stage.ts';

/** Of the protocol. The first is that of a program from the history of the repository, the last two are those of releases to come. */
const [older, own, newer, tooNew] = [-1, 0, 1, 3].map((step) => protocolVersion + step) as [
  number,
  number,
  number,
  number,
];
const preload = new URL('../src/testing/speak-version.ts', import.meta.url);
const patience = { timeout: 20_000 };
const leftOut = previousVersionLeftOut();

let before: PreviousVersion;
let stage: Stage;

beforeAll(async () => {
  if (leftOut) return;
  before = await PreviousVersion.checkOutProtocolBefore();
  stage = await Stage.open({
    regions: ['eu-central-1', 'us-east-1', 'us-east-1'],
    replicas: 2,
    edgeEnv: { EDGE_LINK_LINGER_MS: '1000' },
    entries: { replica: before.mainOf('control-plane') },
  });
});

afterAll(() => stage?.[Symbol.asyncDispose]());

/** Starts a node anew as a program that speaks that version; there is none yet of those to come, so this one calls itself so. */
async function speak(node: Replica | Edge, version: number): Promise<void> {
  const workspace = node instanceof Replica ? 'control-plane' : 'edge-node';
  const program = version < own ? before.mainOf(workspace) : join(projectFolder, workspace, 'src', 'main.ts');
  node.setArguments([...(version > own ? ['--import', `${preload.href}?version=${version}`] : []), program]);
  await node.restart();
}

/** All at once: replicas that differ by two do not start beside each other. */
async function allSpeak(replicas: number, edges: readonly [number, number, number]): Promise<void> {
  const { mesh } = stage;
  const nodes = [...mesh.replicas, ...mesh.edges];
  await Promise.all(nodes.map((node) => node.stop()));
  await Promise.all([
    ...mesh.replicas.map((replica) => speak(replica, replicas)),
    ...mesh.edges.map((edge, index) => speak(edge, edges[index] ?? own)),
  ]);
}

const meshBody = z.object({
  protocol: z.number(),
  edges: z.array(z.object({ id: z.string(), state: z.string(), protocol: z.number() })),
});

/** Every replica counts that as the version of all, and has the edges so: `<state> <version>`, in the order of the mesh. */
async function becomes(protocol: number, edges: readonly string[]): Promise<void> {
  const { mesh } = stage;
  const expected = { protocol, edges: mesh.edges.map(({ id }, index) => `${id} ${edges[index]}`).sort() };
  const seenBy = async ({ url }: Replica) => {
    const body = meshBody.parse(await (await fetch(`${url}/v1/mesh`)).json());
    return {
      protocol: body.protocol,
      edges: body.edges.map((edge) => `${edge.id} ${edge.state} ${edge.protocol}`).sort(),
    };
  };
  await expect.poll(() => Promise.all(mesh.replicas.map(seenBy)), patience).toEqual([expected, expected]);
}

/** Mara in Frankfurt and Noah in Virginia see and hear each other, and go on when his edge is drained. */
async function peopleMeet(): Promise<void> {
  const { mara, noah, both } = await stage.twoPeople();
  const { operators } = stage.api;
  const [frankfurt, ...virginia] = stage.mesh.edges.map(({ id }) => id);
  const from = await noah.edgeId();
  expect(await mara.edgeId()).toBe(frankfurt);
  expect(virginia).toContain(from);
  await mediaGoesOn(
    both,
    async () => {
      await operators.drain(from);
      await expect.poll(() => noah.edgeId(), patience).toBe(virginia.find((id) => id !== from));
      for (const person of both)
        for (const kind of ['video', 'audio'] as const) await person.receives(kind, 1, await person.receptions());
    },
    { moved: true },
  );
  for (const person of both) await person.leave();
  await operators.undrain(from);
}

/** What a replica says to a client that speaks that version. */
async function answerTo({ url }: Replica, version: number) {
  const token = await stage.tokenFor(await stage.createMeeting(), 'Somebody');
  const client = await SignalClient.open(new URL(url).host);
  const answer = await client.ask({ join: { ...joinWith(token), protocol: version } });
  client.cut();
  return answer;
}

test.skipIf(leftOut)('edges serve people for a control plane that speaks the protocol before', async () => {
  expect(await before.protocol()).toBe(older);
  await peopleMeet();
  for (const replica of stage.mesh.replicas) expect((await answerTo(replica, own)).joined).toBeDefined();
});

test.skipIf(leftOut)(
  'a control plane serves people over edges that speak the protocol before, and links between those and its own',
  async () => {
    await allSpeak(own, [own, older, older]);
    await becomes(older, [`ready ${own}`, `ready ${older}`, `ready ${older}`]);
    await peopleMeet();
    for (const replica of stage.mesh.replicas) expect((await answerTo(replica, older)).joined?.protocol).toBe(own);
  },
);

test.skipIf(leftOut)('who is two versions away is left alone, and told so: edges, clients and replicas', async () => {
  const [first, second] = stage.mesh.replicas as [Replica, Replica];
  const [frankfurt, virginia] = stage.mesh.edges as [Edge, Edge];
  await allSpeak(newer, [own, own, older]);
  await becomes(own, [`ready ${own}`, `ready ${own}`, `foreign ${older}`]);
  for (const { url } of [first, second])
    expect(await (await fetch(`${url}/metrics`)).text()).toContain('canopy_edges{status="foreign"} 1');
  const placed = async () => {
    const token = await stage.tokenFor(await stage.createMeeting(), 'Newcomer');
    using newcomer = await stage.join(token, 'us-east-1');
    return newcomer.joined.edge?.id;
  };
  expect(await placed()).toBe(virginia.id);
  await stage.api.operators.drain(virginia.id);
  await expect.poll(placed, patience).toBe(frankfurt.id);

  expect((await answerTo(first, own)).joined?.protocol).toBe(newer);
  expect((await answerTo(first, older)).error).toMatchObject({ code: 'PROTOCOL_MISMATCH', retryable: false });
  await expect(speak(second, tooNew)).rejects.toThrow('PROTOCOL_MISMATCH');
});
