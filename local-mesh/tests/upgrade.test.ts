import { join } from 'node:path';
import { protocolVersion } from '@canopy/runtime/protocol';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { joinWith } from '../../control-plane/src/testing/media.ts';
import type { Edge } from '../src/mesh/edge.ts';
import type { Replica } from '../src/mesh/replica.ts';
import { projectFolder } from '../src/project.ts';
import { breaksIn, HeadlessParticipant } from '../src/testing/headless-participant.ts';
import { PreviousVersion, previousVersionLeftOut } from '../src/testing/previous-version.ts';
import { mediaGoesOn } from '../src/testing/steady-media.ts';
import { Stage } from './fixtures/stage.ts';
import { heardBy, Talker } from './fixtures/talker.ts';

const meshAnswer = z.object({ protocol: z.number() });

type Participant = typeof HeadlessParticipant;

const leftOut = previousVersionLeftOut();

let previous: PreviousVersion;
let stage: Stage;
/** With the SDK of the version before, as in a page that was loaded from it. */
let OldParticipant: Participant;

beforeAll(async () => {
  if (leftOut) return;
  previous = await PreviousVersion.checkOut();
  const module = await previous.load('local-mesh', 'src', 'testing', 'headless-participant.ts');
  OldParticipant = (module as { HeadlessParticipant: Participant }).HeadlessParticipant;
  stage = await Stage.open({
    regions: ['eu-central-1', 'us-east-1'],
    replicas: 2,
    edgeEnv: { EDGE_LINK_LINGER_MS: '1000' },
    entries: { replica: previous.mainOf('control-plane'), edge: previous.mainOf('edge-node') },
  });
});

afterAll(async () => {
  await stage?.[Symbol.asyncDispose]();
});

/** Stops a node and starts it as this version. */
async function upgrade(node: Replica | Edge, workspace: 'control-plane' | 'edge-node'): Promise<void> {
  const [before, after] = [previous.mainOf(workspace), join(projectFolder, workspace, 'src', 'main.ts')];
  expect(node.spec.args).toContain(before);
  node.setArguments(node.spec.args.map((argument) => (argument === before ? after : argument)));
  await node.restart();
}

async function upgradeReplica(replica: Replica): Promise<void> {
  await upgrade(replica, 'control-plane');
  await stage.mesh.ready();
}

/** As operators do it: nobody is on the edge any more when it ends. */
async function upgradeEdge(edge: Edge): Promise<void> {
  const { operators } = stage.api;
  await operators.drain(edge.id);
  const stateOf = async () => (await stage.api.getEdge(edge.id)).state;
  await expect.poll(stateOf, { timeout: 40_000 }).toBe('drained');
  await upgrade(edge, 'edge-node');
  // A replica of the version before that was just about to tell the edge of the drain again does not notice that it is over.
  const undrained = async () => {
    await operators.undrain(edge.id);
    return stage.edgeStates();
  };
  await expect.poll(undrained, { timeout: 20_000, interval: 500 }).toEqual(['ready', 'ready']);
  await stage.mesh.ready();
}

/** Somebody without media, who goes along wherever they are moved. */
async function attend(
  Version: Participant,
  meetingId: string,
  name: string,
  url = stage.balancer.url,
): Promise<HeadlessParticipant> {
  const somebody = await Version.join({ url, join: joinWith(await stage.tokenFor(meetingId, name)) });
  somebody.connection.events.on('pushed', (push) => {
    // Where the answer is lost with the connection, the move is over when its time is.
    if ('migrate' in push) somebody.request({ migrated: {} }).catch(() => {});
  });
  return somebody;
}

/** Pages of both versions join over every replica, and leave. */
async function newcomersAreWelcome(meetingId: string): Promise<void> {
  const visits = stage.mesh.replicas.flatMap(({ id, url }) =>
    [OldParticipant, HeadlessParticipant].map(async (Version) => {
      const newcomer = await attend(Version, meetingId, `Newcomer over ${id}`, url);
      await newcomer.connection.leave();
    }),
  );
  await Promise.all(visits);
}

/** What all speak, as each replica has it. */
function protocols(): Promise<number[]> {
  return Promise.all(
    stage.mesh.replicas.map(async ({ url }) => meshAnswer.parse(await (await fetch(`${url}/v1/mesh`)).json()).protocol),
  );
}

test.skipIf(leftOut)(
  'replicas and edges are upgraded one after the other while people meet: media goes on, nobody joins anew, no message is lost or told twice, newcomers of both versions join all along',
  async () => {
    const { replicas, edges } = stage.mesh;
    const [firstReplica, secondReplica] = replicas as [Replica, Replica];
    const [firstEdge, secondEdge] = edges as [Edge, Edge];
    const { meetingId, both } = await stage.twoPeople();
    const ids = async () => (await Promise.all(both.map((person) => person.self()))).map((self) => self.participantId);
    const before = await ids();
    const talker = await attend(OldParticipant, meetingId, 'Old page');
    const listeners = [talker, await attend(HeadlessParticipant, meetingId, 'New page')];
    // Nobody may write more often than three times a second.
    const talk = new Talker(talker, 400);
    onTestFinished(() => {
      for (const listener of listeners) listener[Symbol.dispose]();
    });
    const tracks = async () => {
      const received = await Promise.all(both.map((person) => person.receptions()));
      return received.map((all) => all.map(({ trackId }) => trackId).sort());
    };
    const tracksBefore = await tracks();
    const allIsWell = async () => {
      await newcomersAreWelcome(meetingId);
      await talk.goesOn();
      // Who joins anew publishes other tracks.
      await expect.poll(tracks, { timeout: 10_000 }).toEqual(tracksBefore);
    };
    await allIsWell();

    await mediaGoesOn(
      both,
      async () => {
        // It brings the tables up to date, while the other one goes on with them.
        await upgradeReplica(secondReplica);
        await allIsWell();
        // Now there are replicas and edges of both versions.
        await upgradeEdge(firstEdge);
        await allIsWell();
        await upgradeReplica(firstReplica);
        const oldest = await previous.protocol();
        expect(await protocols()).toEqual([oldest, oldest]);
        await allIsWell();
        await upgradeEdge(secondEdge);
        await allIsWell();
      },
      { moved: true },
    );

    // Nobody is left behind: what needs this version may be done.
    await expect.poll(protocols, { timeout: 20_000 }).toEqual([protocolVersion, protocolVersion]);
    await talk.stop();
    for (const listener of listeners) {
      await expect.poll(() => heardBy(listener), { timeout: 10_000 }).toEqual(talk.said);
      expect(breaksIn(listener.told)).toEqual([]);
      expect(listener.told.filter(({ how }) => how === 'joined' || how === 'snapshot')).toHaveLength(1);
      const whoCameOrLeft = listener.told.flatMap(
        ({ event }) => event?.participantJoined?.id ?? event?.participantLeft?.participantId ?? [],
      );
      for (const id of before) expect(whoCameOrLeft).not.toContain(id);
    }
    expect(await ids()).toEqual(before);
    await stage.sameRosters([...both, ...listeners]);
    for (const person of both)
      for (const kind of ['video', 'audio'] as const) await person.receives(kind, 1, await person.receptions());
  },
);
