/** Everything that can go wrong in a way a caller should tell apart. `grpc` is a status code (https://grpc.io/docs/guides/status-codes/), `ws` says whether a socket survives the error (null) or is closed with a code (RFC 6455 §7.4, 4000–4999 private). `retryable`: the same request may succeed later. */
const registry = {
  BAD_REQUEST: { http: 400, grpc: 3, ws: null, retryable: false, text: 'The request is malformed.' },
  MALFORMED_MESSAGE: { http: 400, grpc: 3, ws: null, retryable: false, text: 'The message is malformed.' },
  MESSAGE_TOO_LARGE: { http: 413, grpc: 3, ws: 1009, retryable: false, text: 'The message is too large.' },
  INVALID_MEDIA_PARAMETERS: {
    http: 400,
    grpc: 3,
    ws: null,
    retryable: false,
    text: 'The media parameters are invalid.',
  },
  SDP_INVALID: { http: 422, grpc: 3, ws: null, retryable: false, text: 'The session description can’t be used.' },
  SDP_NOT_ACCEPTABLE: {
    http: 406,
    grpc: 3,
    ws: null,
    retryable: false,
    text: 'The offer has no media that can be taken.',
  },
  UNSUPPORTED_MEDIA_TYPE: {
    http: 415,
    grpc: 3,
    ws: null,
    retryable: false,
    text: 'The body has the wrong content type.',
  },
  METHOD_NOT_ALLOWED: { http: 405, grpc: 12, ws: null, retryable: false, text: 'This method is not allowed here.' },
  PRECONDITION_FAILED: {
    http: 412,
    grpc: 9,
    ws: null,
    retryable: false,
    text: 'The resource has changed since it was read.',
  },
  PRECONDITION_REQUIRED: { http: 428, grpc: 9, ws: null, retryable: false, text: 'If-Match is missing.' },
  HELLO_EXPECTED: {
    http: 400,
    grpc: 3,
    ws: 4000,
    retryable: true,
    text: 'The first message must be join or resume, and come in time.',
  },
  ALREADY_JOINED: { http: 409, grpc: 9, ws: null, retryable: false, text: 'This connection has already joined.' },
  PROTOCOL_MISMATCH: {
    http: 426,
    grpc: 9,
    ws: 4426,
    retryable: false,
    text: 'This program is too many versions away from the server.',
  },
  TOKEN_INVALID: { http: 401, grpc: 16, ws: 4401, retryable: false, text: 'The token is invalid or has expired.' },
  RESUME_REFUSED: {
    http: 401,
    grpc: 16,
    ws: 4410,
    retryable: false,
    text: 'The session can no longer be resumed. Join again.',
  },
  FORBIDDEN: { http: 403, grpc: 7, ws: null, retryable: false, text: 'This is not allowed for your role.' },
  ORIGIN_REFUSED: { http: 403, grpc: 7, ws: 4406, retryable: false, text: 'This web origin is not allowed.' },
  NOT_FOUND: { http: 404, grpc: 5, ws: null, retryable: false, text: 'There is nothing here.' },
  MEETING_NOT_FOUND: { http: 404, grpc: 5, ws: 4404, retryable: false, text: 'There is no such meeting.' },
  MEETING_ENDED: { http: 410, grpc: 9, ws: 4411, retryable: false, text: 'The meeting has ended.' },
  MEETING_NOT_OPEN: { http: 403, grpc: 9, ws: 4425, retryable: true, text: 'The meeting is not open yet.' },
  REGISTRATION_REQUIRED: { http: 403, grpc: 9, ws: null, retryable: false, text: 'Register for this meeting first.' },
  REGISTRATION_FULL: { http: 429, grpc: 8, ws: null, retryable: false, text: 'No more people can register.' },
  STALE_CHANGE: { http: 409, grpc: 10, ws: null, retryable: true, text: 'Somebody else changed this meanwhile.' },
  SIGN_IN_REQUIRED: { http: 401, grpc: 16, ws: null, retryable: false, text: 'Sign in first.' },
  CREDENTIALS_WRONG: { http: 401, grpc: 16, ws: null, retryable: false, text: 'The address or the password is wrong.' },
  ACCOUNT_NOT_FOUND: { http: 404, grpc: 5, ws: null, retryable: false, text: 'There is no such account.' },
  RESET_LINK_INVALID: { http: 410, grpc: 9, ws: null, retryable: false, text: 'This link was used, or is too old.' },
  SIGN_UP_CLOSED: { http: 403, grpc: 7, ws: null, retryable: false, text: 'New accounts can not be made here.' },
  NAME_TAKEN: { http: 409, grpc: 6, ws: null, retryable: false, text: 'This address or name is taken.' },
  LIMIT_REACHED: { http: 429, grpc: 8, ws: null, retryable: false, text: 'There can be no more of these.' },
  ADDRESS_REFUSED: {
    http: 400,
    grpc: 3,
    ws: null,
    retryable: false,
    text: 'This address can not be called from here.',
  },
  PARTICIPANT_NOT_FOUND: { http: 404, grpc: 5, ws: null, retryable: false, text: 'There is no such participant.' },
  BREAKOUTS_NOT_FOUND: { http: 404, grpc: 5, ws: null, retryable: false, text: 'There are no breakout rooms.' },
  BREAKOUT_ROOM_NOT_FOUND: { http: 404, grpc: 5, ws: null, retryable: false, text: 'There is no such breakout room.' },
  BREAKOUTS_EXIST: { http: 409, grpc: 9, ws: null, retryable: false, text: 'There are breakout rooms already.' },
  BREAKOUTS_FULL: { http: 429, grpc: 8, ws: null, retryable: false, text: 'No more people can be given a room.' },
  EDGE_NOT_FOUND: { http: 404, grpc: 5, ws: null, retryable: false, text: 'There is no such edge.' },
  SESSION_NOT_FOUND: {
    http: 404,
    grpc: 5,
    ws: null,
    retryable: true,
    text: 'The edge does not know this participant.',
  },
  TRANSPORT_NOT_FOUND: { http: 404, grpc: 5, ws: null, retryable: false, text: 'There is no such transport.' },
  TRACK_NOT_FOUND: { http: 404, grpc: 5, ws: null, retryable: false, text: 'There is no such track.' },
  MESSAGE_NOT_FOUND: { http: 404, grpc: 5, ws: null, retryable: false, text: 'There is no such message.' },
  TEXT_EMPTY: { http: 400, grpc: 3, ws: null, retryable: false, text: 'There is no text in it.' },
  TEXT_TOO_LONG: { http: 400, grpc: 3, ws: null, retryable: false, text: 'The text is too long.' },
  CHAT_CLOSED: { http: 403, grpc: 7, ws: null, retryable: false, text: 'The audience cannot write there.' },
  REACTION_LIMIT_REACHED: {
    http: 429,
    grpc: 8,
    ws: null,
    retryable: false,
    text: 'This message has as many different reactions as it can.',
  },
  QUESTION_NOT_FOUND: { http: 404, grpc: 5, ws: null, retryable: false, text: 'There is no such question.' },
  QUESTIONS_CLOSED: { http: 403, grpc: 7, ws: null, retryable: false, text: 'No questions are taken right now.' },
  QUESTION_LIMIT_REACHED: { http: 429, grpc: 8, ws: null, retryable: false, text: 'No more questions can be asked.' },
  ANONYMITY_REFUSED: { http: 403, grpc: 7, ws: null, retryable: false, text: 'Questions are asked by name here.' },
  POLL_NOT_FOUND: { http: 404, grpc: 5, ws: null, retryable: false, text: 'There is no such poll.' },
  POLL_NOT_OPEN: { http: 409, grpc: 9, ws: null, retryable: false, text: 'Nobody can vote in this poll now.' },
  POLL_STATUS_CONFLICT: {
    http: 409,
    grpc: 9,
    ws: null,
    retryable: false,
    text: 'The poll is not at a point for this.',
  },
  POLL_LIMIT_REACHED: { http: 429, grpc: 8, ws: null, retryable: false, text: 'There can be no more polls.' },
  LINK_NOT_FOUND: { http: 404, grpc: 5, ws: null, retryable: true, text: 'There is no such link.' },
  ROUTE_NOT_FOUND: { http: 404, grpc: 5, ws: null, retryable: true, text: 'There is no route to this track yet.' },
  LOOP_DETECTED: { http: 409, grpc: 9, ws: null, retryable: true, text: 'The route leads back to itself.' },
  STALE_EPOCH: { http: 409, grpc: 9, ws: null, retryable: false, text: 'A newer plan is in force.' },
  TRACK_LIMIT_REACHED: { http: 429, grpc: 8, ws: null, retryable: false, text: 'No more tracks can be published.' },
  VIDEO_LIMIT_REACHED: {
    http: 429,
    grpc: 8,
    ws: null,
    retryable: false,
    text: 'No more videos can be received at once.',
  },
  RECORDING_NOT_FOUND: { http: 404, grpc: 5, ws: null, retryable: false, text: 'There is no such recording.' },
  RECORDING_UNAVAILABLE: { http: 503, grpc: 14, ws: null, retryable: false, text: 'Nothing can be recorded here.' },
  RECORDING_RUNNING: { http: 409, grpc: 9, ws: null, retryable: false, text: 'The meeting is being recorded already.' },
  RECORDING_NOT_READY: { http: 409, grpc: 9, ws: null, retryable: true, text: 'The recording is not composed yet.' },
  RECORDING_EMPTY: { http: 409, grpc: 9, ws: null, retryable: false, text: 'Nothing was recorded.' },
  RECORDING_ENDED: { http: 409, grpc: 9, ws: null, retryable: false, text: 'The recording has ended.' },
  RECORDING_LIMIT_REACHED: {
    http: 429,
    grpc: 8,
    ws: null,
    retryable: true,
    text: 'No more meetings can be recorded at once.',
  },
  RECORDING_DISK_FULL: { http: 507, grpc: 8, ws: null, retryable: true, text: 'There is no room left to record.' },
  STORAGE_UNAVAILABLE: {
    http: 503,
    grpc: 14,
    ws: null,
    retryable: true,
    text: 'The storage of recordings can’t be reached.',
  },
  RECORDING_FAILED: { http: 500, grpc: 13, ws: null, retryable: true, text: 'A track could not be recorded.' },
  ENCRYPTION_REQUIRED: {
    http: 403,
    grpc: 9,
    ws: 4416,
    retryable: false,
    text: 'The meeting is end-to-end encrypted, and this client can’t do that.',
  },
  ENCRYPTED_END_TO_END: {
    http: 409,
    grpc: 9,
    ws: null,
    retryable: false,
    text: 'Servers can’t see or hear this meeting: it is end-to-end encrypted.',
  },
  SETTING_FIXED: { http: 409, grpc: 9, ws: null, retryable: false, text: 'This is decided when a meeting is created.' },
  LAST_HOST: {
    http: 409,
    grpc: 9,
    ws: null,
    retryable: false,
    text: 'Nobody else is host. Make somebody else host first.',
  },
  MEETING_LOCKED: { http: 423, grpc: 9, ws: null, retryable: true, text: 'The meeting is locked.' },
  PASSWORD_REQUIRED: { http: 401, grpc: 16, ws: 4412, retryable: false, text: 'The meeting asks for a password.' },
  PASSWORD_WRONG: { http: 401, grpc: 16, ws: 4413, retryable: false, text: 'The password is wrong.' },
  BANNED: { http: 403, grpc: 7, ws: 4403, retryable: false, text: 'You were banned from this meeting.' },
  REMOVED: { http: 403, grpc: 7, ws: 4414, retryable: false, text: 'You were removed from the meeting.' },
  ADMISSION_DENIED: { http: 403, grpc: 7, ws: 4415, retryable: false, text: 'You were not let into the meeting.' },
  LOBBY_FULL: { http: 429, grpc: 8, ws: null, retryable: true, text: 'Too many people wait already.' },
  UNMUTE_FORBIDDEN: {
    http: 403,
    grpc: 7,
    ws: null,
    retryable: false,
    text: 'Only hosts can let you unmute in this meeting.',
  },
  MEETING_FULL: { http: 429, grpc: 8, ws: null, retryable: true, text: 'The meeting is full.' },
  RATE_LIMITED: { http: 429, grpc: 8, ws: null, retryable: true, text: 'Too many requests. Wait a moment.' },
  SLOW_CONSUMER: { http: 429, grpc: 8, ws: 4429, retryable: true, text: 'This connection does not keep up.' },
  REPLACED: { http: 409, grpc: 10, ws: 4409, retryable: false, text: 'This participant connected elsewhere.' },
  NO_EDGE_AVAILABLE: {
    http: 503,
    grpc: 14,
    ws: null,
    retryable: true,
    text: 'No edge can take this participant right now.',
  },
  EDGE_OVERLOADED: { http: 503, grpc: 8, ws: null, retryable: true, text: 'The edge is full.' },
  EDGE_DRAINING: { http: 503, grpc: 14, ws: null, retryable: true, text: 'The edge is being emptied.' },
  EDGE_UNREACHABLE: { http: 503, grpc: 14, ws: null, retryable: true, text: 'The edge does not answer.' },
  STATE_UNAVAILABLE: {
    http: 503,
    grpc: 14,
    ws: null,
    retryable: true,
    text: 'The service is not available right now. Try again.',
  },
  SECRET_SEALED: {
    http: 503,
    grpc: 14,
    ws: null,
    retryable: true,
    text: 'A secret that this takes can’t be opened here. Ask who runs this service.',
  },
  BUSY: {
    http: 503,
    grpc: 8,
    ws: null,
    retryable: true,
    text: 'Very many people come at once. Try again in a moment.',
  },
  SHUTTING_DOWN: { http: 503, grpc: 14, ws: 1012, retryable: true, text: 'The server is restarting. Reconnect.' },
  TIMEOUT: { http: 504, grpc: 4, ws: null, retryable: true, text: 'The answer took too long.' },
  INTERNAL: { http: 500, grpc: 13, ws: null, retryable: false, text: 'Something went wrong on our side.' },
} as const satisfies Record<string, ErrorClass>;

interface ErrorClass {
  http: number;
  grpc: number;
  ws: number | null;
  retryable: boolean;
  text: string;
}

export type ErrorCode = keyof typeof registry;

export const errorCodes = Object.keys(registry) as ErrorCode[];

export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(registry, code);
}

/** How each protocol shows an error code. */
export function errorClass(code: ErrorCode): ErrorClass {
  return registry[code];
}

interface CanopyErrorOptions extends ErrorOptions {
  /** When the caller should come again; undefined: that is not known. */
  retryAfterMs?: number | undefined;
}

/** An error with a code of the registry. Its message is meant for the caller; what is not goes into `cause`. */
export class CanopyError extends Error {
  readonly code: ErrorCode;
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, message: string = registry[code].text, options?: CanopyErrorOptions) {
    super(message, options);
    this.name = 'CanopyError';
    this.code = code;
    this.retryAfterMs = options?.retryAfterMs;
  }

  get retryable(): boolean {
    return registry[this.code].retryable;
  }

  /** Keeps a CanopyError as it is; anything else becomes INTERNAL with a text that gives nothing away. */
  static from(error: unknown): CanopyError {
    return error instanceof CanopyError ? error : new CanopyError('INTERNAL', undefined, { cause: error });
  }
}
