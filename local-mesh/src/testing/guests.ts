import { Api, type RoleName } from '@canopy/client';
import { onTestFinished } from 'vitest';
import { camera, joinWith } from '../../../control-plane/src/testing/media.ts';
import { SignalClient } from '../../../control-plane/src/testing/signal-client.ts';

/** Somebody without a browser joins a meeting of an open mesh, and stays until the test is over. */
export async function arrive(url: string, meetingId: string, name: string, role: RoleName = 'panelist') {
  const { token } = await new Api({ url }).createToken(meetingId, { name, role });
  const client = await SignalClient.open(new URL(url).host);
  onTestFinished(() => client.cut());
  const { joined, error } = await client.ask({ join: joinWith(token) });
  if (joined === undefined) throw new Error(`${name} did not join: ${error?.code}`);
  return { client, joined };
}

/** Somebody with a camera of which nothing is sent: what they cost is what a page asks for. */
export async function arriveWithCamera(url: string, meetingId: string, name: string): Promise<SignalClient> {
  const { client } = await arrive(url, meetingId, name);
  const { published } = await client.ask({ publish: camera });
  if (published === undefined) throw new Error(`${name} has no camera`);
  return client;
}

/** What guests are called, one after the other. */
export const guestNames = 'Ada Ben Cleo Dan Eva Finn Gil Hana Ivo Jana Kai Lea Mo Nina'.split(' ');

/** A new meeting with so many of them, 14 at most, who have cameras. */
export async function meetingWith(url: string, guests: number): Promise<string> {
  const { id } = await new Api({ url }).createMeeting({ title: 'Design review' });
  for (const name of guestNames.slice(0, guests)) await arriveWithCamera(url, id, name);
  return id;
}
