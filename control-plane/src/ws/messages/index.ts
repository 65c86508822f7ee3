import type { HelloMessage, MessageName, SessionMessage } from '../message.ts';
import { admit } from './admit.ts';
import { askForHelp } from './ask-for-help.ts';
import { changeRole } from './change-role.ts';
import { changeRules } from './change-rules.ts';
import { deleteChat, editChat, listChat, reactToChat, sendChat } from './chat.ts';
import { chooseBreakout } from './choose-breakout.ts';
import { connectTransport } from './connect-transport.ts';
import { consumersReady } from './consumers-ready.ts';
import { controlRecording } from './control-recording.ts';
import { deny } from './deny.ts';
import { endMeeting } from './end-meeting.ts';
import { getTime } from './get-time.ts';
import { getTrackPath } from './get-track-path.ts';
import { join } from './join.ts';
import { leave } from './leave.ts';
import { listLinks, revokeLinks } from './links.ts';
import { listAttendees } from './list-attendees.ts';
import { listWaiting } from './list-waiting.ts';
import { manageBreakouts } from './manage-breakouts.ts';
import { mediaUnreachable } from './media-unreachable.ts';
import { migrated } from './migrated.ts';
import { moderate } from './moderate.ts';
import { muteAll } from './mute-all.ts';
import { ping } from './ping.ts';
import { controlPoll, createPoll, listPolls, listPollVotes, votePoll } from './polls.ts';
import { publish } from './publish.ts';
import { askQuestion, handleQuestion, listQuestions, voteQuestion, withdrawQuestion } from './questions.ts';
import { lowerHand, raiseHand, react } from './reactions.ts';
import { rename } from './rename.ts';
import { reportReception } from './report-reception.ts';
import { restartIce } from './restart-ice.ts';
import { resume } from './resume.ts';
import { setMuted } from './set-muted.ts';
import { setSpotlight } from './set-spotlight.ts';
import { subscribe } from './subscribe.ts';
import { tellWaiting } from './tell-waiting.ts';
import { transferHost } from './transfer-host.ts';
import { transferred } from './transferred.ts';
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
  getTime,
  getTrackPath,
  listAttendees,
  migrated,
  mediaUnreachable,
  controlRecording,
  moderate,
  muteAll,
  changeRules,
  transferHost,
  changeRole,
  rename,
  listLinks,
  revokeLinks,
  endMeeting,
  admit,
  deny,
  tellWaiting,
  listWaiting,
  sendChat,
  editChat,
  deleteChat,
  reactToChat,
  listChat,
  react,
  raiseHand,
  lowerHand,
  askQuestion,
  voteQuestion,
  withdrawQuestion,
  handleQuestion,
  listQuestions,
  createPoll,
  controlPoll,
  votePoll,
  listPolls,
  listPollVotes,
  chooseBreakout,
  askForHelp,
  manageBreakouts,
  transferred,
  setSpotlight,
  reportReception,
  leave,
  ping,
};
