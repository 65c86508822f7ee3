export type { ChatMessage, ChatReaction } from '@canopy/proto/chat';
export { ChatScope } from '@canopy/proto/chat';
export {
  countCharacters,
  longestDoorMessage,
  longestMessage,
  longestName,
  longestQuestion,
  pollBounds,
  type StageEmoji,
  stageEmojis,
} from '@canopy/proto/conversation';
export type { ConsumerParameters, TrackWant } from '@canopy/proto/media';
export { TrackKind, TrackSource } from '@canopy/proto/media';
export { type Waiting, type WaitingPerson, WaitingReason } from '@canopy/proto/moderation';
export { type Poll, type PollResults, PollStatus, type PollVote } from '@canopy/proto/polls';
export { type Question, QuestionStatus } from '@canopy/proto/questions';
export type { RaisedHand, ReactionCount } from '@canopy/proto/reactions';
export { isToldOfEach } from '@canopy/proto/reception';
export type { ClientLocation, Edge, EdgeRtt, Participant, ReceptionCounts, Track } from '@canopy/proto/signal';
export { Role } from '@canopy/proto/signal';
export { type WebhookEventType, webhookEventTypes } from '@canopy/proto/webhook-event-types';
export type { Emitter } from '@canopy/runtime/emitter';
export type { ErrorCode } from '@canopy/runtime/errors';
export { CanopyError, errorClass, errorCodes, isErrorCode } from '@canopy/runtime/errors';
export type { Account, AccountApi, PasswordReset } from './account/account-api.ts';
export { Api } from './api.ts';
export type * from './api-types.ts';
export type {
  BreakoutChange,
  BreakoutEvents,
  BreakoutPerson,
  BreakoutRoom,
  BreakoutsView,
  MeetingBreakouts,
} from './breakouts/meeting-breakouts.ts';
export type { Chat, ChatEvents, ChatView, SendOptions } from './chat/chat.ts';
export type { ChatApi, MessageInfo, MessageOptions } from './chat/chat-api.ts';
export type { DecryptionFailure } from './e2ee/frame-processors.ts';
export { canEncrypt, type EncryptionView, type MeetingEncryption } from './e2ee/meeting-encryption.ts';
export { newEncryptionKey, shortestPassphrase } from './e2ee/meeting-key.ts';
export type { Feature } from './feature.ts';
export { type JoinOptions, joinMeeting } from './join-meeting.ts';
export type { ApiKeyInfo, KeyScope, KeysApi, NewApiKey } from './keys/keys-api.ts';
export type { MeetingLinks } from './links/meeting-links.ts';
export { type MeasureOptions, measureRtts } from './measure-rtts.ts';
export { canJoin, UnsupportedError } from './media/device.ts';
export type { VideoCodec } from './media/encodings.ts';
export type { LocalTrack } from './media/local-tracks.ts';
export type { MediaState } from './media/media-session.ts';
export { prepareToJoin } from './media/preparation.ts';
export type { Meeting, PublishOptions } from './meeting.ts';
export type { MeetingEvents } from './meeting-events.ts';
export type { MeetingView } from './meeting-view.ts';
export type {
  LobbyModeName,
  Moderation,
  ModerationEvents,
  ModerationName,
  ModerationView,
  QuestionModeName,
  Rules,
} from './moderation/moderation.ts';
export type { BanInfo, ModerationApi, WaitingInfo } from './moderation/moderation-api.ts';
export type {
  Attendee,
  AuditEntry,
  AuditQuery,
  MeshEvent,
  MeshEventKind,
  MeshHealth,
  MovedFrom,
  OperatorsApi,
  Placement,
  PlacementCandidate,
  PlacementDecision,
  PlacementQuery,
  PlanCause,
  ScoreParts,
  ServiceHealth,
  TakenPlace,
  WarmedMeeting,
} from './operators/operators-api.ts';
export type { PageQuery } from './paths.ts';
export type {
  NewRegistration,
  Registration,
  RegistrationList,
  RegistrationsApi,
} from './planning/registrations-api.ts';
export type {
  CalendarEntry,
  NewSchedule,
  PlannedMeeting,
  Schedule,
  ScheduleApi,
  ScheduleChange,
  ScheduleWithMeetings,
} from './planning/schedule-api.ts';
export type { PollDraft, Polls, PollsEvents, PollsView } from './polls/polls.ts';
export type { PollInfo, PollsApi, PollVoteInfo } from './polls/polls-api.ts';
export type { LinkQuality, QualityCause, QualityScore } from './quality/link-quality.ts';
export type { QualityView, QualityWatch } from './quality/quality-watch.ts';
export type { TrackStats } from './quality/track-stats.ts';
export type { AskOptions, Questions, QuestionsEvents, QuestionsView } from './questions/questions.ts';
export type { QuestionInfo, QuestionsApi } from './questions/questions-api.ts';
export type { Hands, HandsEvents } from './reactions/hands.ts';
export type { Reactions, ReactionsEvents } from './reactions/reactions.ts';
export type { ReactionsApi } from './reactions/reactions-api.ts';
export type { MeetingRecording, RecordingView } from './recording/meeting-recording.ts';
export type { OwnRecordingInfo, RecordedPart, RecordingApi, RecordingInfo } from './recording/recording-api.ts';
export type { ApiOptions } from './rest.ts';
export { roleName } from './roles.ts';
export { playTrack } from './showing/play-track.ts';
export { showTracks } from './showing/show-tracks.ts';
export { type ShownBox, VisibleSizes } from './showing/visible-sizes.ts';
export { type Thrift, wantsFor } from './showing/wants.ts';
export { watchHidden } from './showing/watch-hidden.ts';
export type { ConnectionState } from './signal/signal-connection.ts';
export type { ReadMarks } from './unread.ts';
export type { Webhook, WebhookApi, WebhookDelivery, WebhookMessage } from './webhooks/webhook-api.ts';
