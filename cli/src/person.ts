import type { Api } from '@canopy/client/api';
import { CanopyError } from '@canopy/runtime/errors';

interface People extends Pick<Api['operators'], 'attendees'> {
  participants(meetingId: string): Promise<{ participants: { id: string; name: string }[]; attendeeCount: number }>;
}

const someId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The id of somebody in a meeting: as it is given, or of the one who is called so there. Errors: PARTICIPANT_NOT_FOUND, BAD_REQUEST (several are called so). */
export async function personId(people: People, meetingId: string, who: string): Promise<string> {
  if (someId.test(who)) return who;
  const name = alike(who);
  const ids: string[] = [];
  for await (const person of everybody(people, meetingId)) {
    if (person.id === who) return who;
    if (alike(person.name) === name) ids.push(person.id);
  }
  const [id] = ids;
  if (id === undefined) throw new CanopyError('PARTICIPANT_NOT_FOUND', `Nobody there is called “${who}”.`);
  if (ids.length > 1)
    throw new CanopyError(
      'BAD_REQUEST',
      `${ids.length} there are called “${who}”: ${ids.join(', ')}. Name one by its id.`,
    );
  return id;
}

async function* everybody(people: People, meetingId: string): AsyncGenerator<{ id: string; name: string }> {
  const { participants, attendeeCount } = await people.participants(meetingId);
  yield* participants;
  let cursor: string | undefined;
  while (attendeeCount > 0) {
    const page = await people.attendees(meetingId, cursor);
    yield* page.attendees;
    if (page.nextCursor === null) return;
    cursor = page.nextCursor;
  }
}

function alike(name: string): string {
  return name.trim().toLowerCase();
}
