/** All that webhooks tell of: add a type here, and whoever writes it down in the outbox may use it. */
export const webhookEventTypes = [
  'meeting.scheduled',
  'meeting.updated',
  'meeting.cancelled',
  'meeting.reminder',
  'meeting.started',
  'meeting.ended',
  'registration.created',
  'registration.cancelled',
  'participant.joined',
  'participant.left',
  'recording.started',
  'recording.paused',
  'recording.resumed',
  'recording.ended',
  'recording.ready',
  'recording.failed',
  'recording.deleted',
] as const;

export type WebhookEventType = (typeof webhookEventTypes)[number];
