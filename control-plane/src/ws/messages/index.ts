import type { HelloMessage, MessageName, SessionMessage } from '../message.ts';
import { connectTransport } from './connect-transport.ts';
import { consumersReady } from './consumers-ready.ts';
import { getTrackPath } from './get-track-path.ts';
import { join } from './join.ts';
import { leave } from './leave.ts';
import { listAttendees } from './list-attendees.ts';
import { mediaUnreachable } from './media-unreachable.ts';
import { migrated } from './migrated.ts';
import { ping } from './ping.ts';
import { publish } from './publish.ts';
import { reportReception } from './report-reception.ts';
import { restartIce } from './restart-ice.ts';
import { resume } from './resume.ts';
import { setMuted } from './set-muted.ts';
import { setSpotlight } from './set-spotlight.ts';
import { subscribe } from './subscribe.ts';
import { unpublish } from './unpublish.ts';

export type HelloName = 'join' | 'resume';

export const helloMessages: Readonly<Record<HelloName, HelloMessage>> = { join, resume };

export const sessionMessages: Readonly<Record<Exclude<MessageName, HelloName>, SessionMessage>> = {
  publish,
  unpublish,
  setMuted,
  subscribe,
  consumersReady,
  connectTransport,
  restartIce,
  getTrackPath,
  listAttendees,
  migrated,
  mediaUnreachable,
  setSpotlight,
  reportReception,
  leave,
  ping,
};
