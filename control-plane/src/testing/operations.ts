import { call } from './api.ts';

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** One of those that the API describes. */
export interface Operation {
  method: (typeof methods)[number];
  /** As in the description: `/v1/meetings/{id}`. */
  path: string;
}

/** Every operation that the API describes. */
export async function operations(httpAddress: string): Promise<Operation[]> {
  const { paths } = (await call(httpAddress, 'GET', '/v1/openapi.json', undefined, null)).body;
  return Object.entries(Object(paths)).flatMap(([path, described]) =>
    methods
      .filter((method) => Object.hasOwn(Object(described), method.toLowerCase()))
      .map((method) => ({ method, path })),
  );
}

/** Ids of things in a meeting, by the names of parameters. */
export interface MeetingIds {
  participantId: string;
  waitingId: string;
  roomId: string;
  messageId: string;
  questionId: string;
  pollId: string;
}

/** What operations of a meeting want to be sent, for those that want something. */
const bodies: Readonly<Record<string, (ids: MeetingIds) => object>> = {
  'PATCH /participants/{participantId}': () => ({ role: 'host' }),
  'POST /tokens': () => ({ name: 'Eve', role: 'host' }),
  'POST /mute-all': () => ({ mayUnmute: true }),
  'POST /host': ({ participantId }) => ({ participantId }),
  'POST /lobby/admit': ({ waitingId }) => ({ participantIds: [waitingId] }),
  'POST /lobby/deny': ({ waitingId }) => ({ participantId: waitingId }),
  'POST /lobby/message': () => ({ text: 'Hi' }),
  'POST /warm': () => ({ audience: { 'eu-central-1': 1 } }),
  'POST /messages': ({ messageId }) => ({ text: 'Hi', replyTo: messageId }),
  'PATCH /messages/{messageId}': () => ({ text: 'Hi' }),
  'POST /reactions': () => ({ emoji: '👍' }),
  'POST /questions': () => ({ text: 'Why?' }),
  'PATCH /questions/{questionId}': () => ({ action: 'dismiss' }),
  'POST /polls': () => ({ question: 'Lunch?', options: ['Yes', 'No'] }),
  'PATCH /polls/{pollId}': () => ({ action: 'close' }),
  'PUT /polls/{pollId}/vote': () => ({ choices: [0] }),
  'POST /breakouts/assign': ({ participantId, roomId }) => ({ assignments: [{ participantId, roomId }] }),
  'POST /breakouts/broadcast': () => ({ text: 'Hi' }),
  'POST /breakouts': () => ({ names: ['One'] }),
  'PATCH /breakouts': ({ roomId }) => ({ rename: [{ id: roomId, name: 'Two' }] }),
  'POST /breakouts/choose': ({ roomId }) => ({ roomId }),
  'POST /breakouts/help': () => ({ wanted: true }),
  'POST /registrations': () => ({ name: 'Eve', email: 'eve@example.org' }),
};

/** A body that an operation takes, with these ids in it where it has some; undefined: it takes none. */
export function bodyFor({ method, path }: Operation, ids: MeetingIds): object | undefined {
  if (method === 'GET' || method === 'DELETE') return undefined;
  return bodies[`${method} ${path.replace('/v1/meetings/{id}', '')}`]?.(ids) ?? {};
}
