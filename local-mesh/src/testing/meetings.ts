import { z } from 'zod';

const made = z.object({ id: z.string() });

/** A new meeting of an open mesh; returns its id. */
export async function createMeeting(url: string, meeting: object = {}): Promise<string> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${url}/v1/meetings`, { method: 'POST', headers, body: JSON.stringify(meeting) });
  return made.parse(await response.json()).id;
}
