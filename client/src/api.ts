import { CanopyError } from '@canopy/runtime/errors';
import type {
  BreakoutsAssignment,
  BreakoutsChange,
  BreakoutsInfo,
  EdgeProgress,
  JoinToken,
  MeetingChange,
  MeetingInfo,
  MeetingPlan,
  Mesh,
  NewBreakouts,
  NewMeeting,
  NewToken,
  ParticipantInfo,
  RoleName,
  ServerConfig,
  ShortlistedEdge,
} from './api-types.ts';
import { connectionLost, fromWireError } from './signal/wire-error.ts';

export interface ApiOptions {
  /** The control plane, such as `https://meet.example.org`. */
  url: string;
  /** `<id>.<secret>`. Never in a browser, except against a server with open access, which needs none. */
  apiKey?: string;
}

/** The REST API. Every method rejects with a `CanopyError`: the server's, or a retryable one when it can't be reached. */
export class Api {
  readonly #options: ApiOptions;

  constructor(options: ApiOptions) {
    this.#options = options;
  }

  getConfig(): Promise<ServerConfig> {
    return this.#call('GET', '/v1/config');
  }

  createMeeting(meeting: NewMeeting): Promise<MeetingInfo> {
    return this.#call('POST', '/v1/meetings', meeting);
  }

  getMeeting(meetingId: string): Promise<MeetingInfo> {
    return this.#call('GET', `/v1/meetings/${encodeURIComponent(meetingId)}`);
  }

  changeMeeting(meetingId: string, change: MeetingChange): Promise<MeetingInfo> {
    return this.#call('PATCH', `/v1/meetings/${encodeURIComponent(meetingId)}`, change);
  }

  changeRole(meetingId: string, participantId: string, role: RoleName): Promise<ParticipantInfo> {
    const path = `/v1/meetings/${encodeURIComponent(meetingId)}/participants/${encodeURIComponent(participantId)}`;
    return this.#call('PATCH', path, { role });
  }

  createToken(meetingId: string, token: NewToken): Promise<JoinToken> {
    return this.#call('POST', `/v1/meetings/${encodeURIComponent(meetingId)}/tokens`, token);
  }

  /** Who is where. Rejects with BREAKOUTS_NOT_FOUND. */
  getBreakouts(meetingId: string): Promise<BreakoutsInfo> {
    return this.#call('GET', breakoutsPath(meetingId));
  }

  createBreakouts(meetingId: string, breakouts: NewBreakouts): Promise<BreakoutsInfo> {
    return this.#call('POST', breakoutsPath(meetingId), breakouts);
  }

  changeBreakouts(meetingId: string, change: BreakoutsChange): Promise<BreakoutsInfo> {
    return this.#call('PATCH', breakoutsPath(meetingId), change);
  }

  assignBreakouts(meetingId: string, assignment: BreakoutsAssignment): Promise<BreakoutsInfo> {
    return this.#call('POST', `${breakoutsPath(meetingId)}/assign`, assignment);
  }

  broadcastToBreakouts(meetingId: string, message: { text: string; fromName?: string }): Promise<void> {
    return this.#call('POST', `${breakoutsPath(meetingId)}/broadcast`, message);
  }

  closeBreakouts(meetingId: string): Promise<void> {
    return this.#call('POST', `${breakoutsPath(meetingId)}/close`);
  }

  endMeeting(meetingId: string): Promise<MeetingInfo> {
    return this.#call('POST', `/v1/meetings/${encodeURIComponent(meetingId)}/end`);
  }

  /** The edges a client may be placed on, the likeliest first: `measureRtts` takes them. */
  async getShortlist(meetingId: string): Promise<ShortlistedEdge[]> {
    const path = `/v1/meetings/${encodeURIComponent(meetingId)}/edges/shortlist`;
    return (await this.#call<{ edges: ShortlistedEdge[] }>('GET', path)).edges;
  }

  getPlan(meetingId: string): Promise<MeetingPlan> {
    return this.#call('GET', `/v1/meetings/${encodeURIComponent(meetingId)}/plan`);
  }

  getEdge(edgeId: string): Promise<EdgeProgress> {
    return this.#call('GET', `/v1/edges/${encodeURIComponent(edgeId)}`);
  }

  getMesh(): Promise<Mesh> {
    return this.#call('GET', '/v1/mesh');
  }

  async #call<T>(method: string, path: string, body?: object): Promise<T> {
    const { url, apiKey } = this.#options;
    const headers = new Headers();
    if (apiKey !== undefined) headers.set('authorization', `Bearer ${apiKey}`);
    if (body !== undefined) headers.set('content-type', 'application/json');
    const init: RequestInit = { method, headers, signal: AbortSignal.timeout(10_000) };
    if (body !== undefined) init.body = JSON.stringify(body);
    const response = await fetch(new URL(path, url), init).catch((cause: unknown) => {
      throw connectionLost(cause);
    });
    if (!response.ok) throw await errorIn(response);
    return (response.status === 204 ? undefined : await response.json()) as T;
  }
}

function breakoutsPath(meetingId: string): string {
  return `/v1/meetings/${encodeURIComponent(meetingId)}/breakouts`;
}

async function errorIn(response: Response): Promise<CanopyError> {
  const fallback = response.status >= 500 ? 'STATE_UNAVAILABLE' : response.status === 404 ? 'NOT_FOUND' : 'BAD_REQUEST';
  try {
    const { error } = (await response.json()) as { error: { code: string; message: string; retryable: boolean } };
    return fromWireError(error);
  } catch (cause) {
    // Not ours: a proxy in between answered.
    return new CanopyError(fallback, undefined, { cause });
  }
}
