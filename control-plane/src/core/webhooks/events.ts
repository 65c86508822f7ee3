import type { WebhookEventType } from '@canopy/proto/webhook-event-types';

/** What is told of a meeting. */
export interface WebhookEvent {
  type: WebhookEventType;
  meetingId: string;
  /** Besides the meeting's id. JSON. */
  data: Readonly<Record<string, unknown>>;
}
