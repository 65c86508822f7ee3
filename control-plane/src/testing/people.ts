import type { Joined, Publish } from '@canopy/proto/signal';
import type { ControlPlane } from '../context.ts';
import type { RoleName } from '../core/meeting/roles.ts';
import { call, newToken } from './api.ts';
import { frankfurt, joinWith } from './media.ts';
import type { TestMesh } from './mesh.ts';
import type { SignalClient } from './signal-client.ts';

export interface Person {
  client: SignalClient;
  participantId: string;
  token: string;
  answer: Joined;
}

/** Somebody with a token who opens a socket and joins. */
export async function joined(
  mesh: TestMesh,
  replica: ControlPlane,
  meetingId: string,
  name: string,
  {
    location = frankfurt,
    role = 'host',
    address,
  }: {
    location?: typeof frankfurt;
    role?: RoleName;
    /** Where it says to come from: heeded by meshes that trust the test as a proxy. */
    address?: string;
  } = {},
): Promise<Person> {
  const { token, participantId } = await newToken(replica.httpAddress, meetingId, name, role);
  const client = await mesh.client(replica, address === undefined ? {} : { 'x-forwarded-for': address });
  const { joined: answer, error } = await client.ask({ join: joinWith(token, location) });
  if (answer === undefined) throw new Error(`${name} did not join: ${JSON.stringify(error)}`);
  return { client, participantId, token, answer };
}

/** Publishes and returns the id of the track. */
export async function published({ client }: Person, what: Publish): Promise<string> {
  const { published: answer, error } = await client.ask({ publish: what });
  if (answer === undefined) throw new Error(`not published: ${JSON.stringify(error)}`);
  return answer.trackId;
}

/** Makes somebody of a meeting a cohost, say, as a server does. */
export async function giveRole(
  replica: ControlPlane,
  meetingId: string,
  { participantId }: Person,
  role: RoleName,
): Promise<void> {
  const path = `/v1/meetings/${meetingId}/participants/${participantId}`;
  const { status, body } = await call(replica.httpAddress, 'PATCH', path, { role });
  if (status !== 200) throw new Error(`not made ${role}: ${JSON.stringify(body)}`);
}
