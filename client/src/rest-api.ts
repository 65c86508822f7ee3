/** The REST API by itself, for servers and other programs that take part in no meeting. */

export type { ErrorCode } from '@canopy/runtime/errors';
export { CanopyError, errorClass, errorCodes, isErrorCode } from '@canopy/runtime/errors';
export type * from './account/account-api.ts';
export { Api } from './api.ts';
export type * from './api-types.ts';
export type { SendOptions } from './chat/chat.ts';
export type * from './chat/chat-api.ts';
export type * from './keys/keys-api.ts';
export type { LobbyModeName, ModerationName, QuestionModeName, Rules } from './moderation/moderation.ts';
export type * from './moderation/moderation-api.ts';
export type * from './operators/operators-api.ts';
export type { PageQuery } from './paths.ts';
export type * from './planning/registrations-api.ts';
export type * from './planning/schedule-api.ts';
export type { PollDraft } from './polls/polls.ts';
export type * from './polls/polls-api.ts';
export type { AskOptions } from './questions/questions.ts';
export type * from './questions/questions-api.ts';
export type * from './reactions/reactions-api.ts';
export type * from './recording/recording-api.ts';
export type { ApiOptions } from './rest.ts';
export type * from './webhooks/webhook-api.ts';
