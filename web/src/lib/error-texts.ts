import { CanopyError, type ErrorCode, isErrorCode } from '@canopy/client';
import i18next from 'i18next';

/** An error as a person reads it: what happened, and what they can do. */
export interface HumanError {
  /** For support; also what the tests look at. */
  code: string;
  title: string;
  advice: string;
  /** A button to try again makes sense. */
  retryable: boolean;
}

const tryAgain = 'Please try again in a moment.';
const ourFault = 'This is a fault on our side. Reloading the page often helps.';
const startOver = 'Reload the page to join again.';

/** Every code of the registry, and what needs none, in words that need no knowledge of the system. */
export type ErrorTexts = Record<ErrorCode | 'UNSUPPORTED', readonly [title: string, advice: string]>;

/** In English; other languages have theirs in `i18n`. */
export const errors: ErrorTexts = {
  BAD_REQUEST: ['That didn’t look right', 'Check what you entered and try again.'],
  MALFORMED_MESSAGE: ['We could not understand each other', 'This page may be out of date. Reload it.'],
  MESSAGE_TOO_LARGE: ['That was too much at once', 'Try with less.'],
  INVALID_MEDIA_PARAMETERS: ['Your browser’s media was not accepted', 'Update your browser, or try another one.'],
  SDP_INVALID: ['The sender’s media was not understood', 'Update the program that sends, or try another one.'],
  SDP_NOT_ACCEPTABLE: ['None of the media offered can be used', 'Send H.264 or VP8 video, and Opus audio.'],
  UNSUPPORTED_MEDIA_TYPE: ['We could not understand each other', 'This page may be out of date. Reload it.'],
  METHOD_NOT_ALLOWED: ['That does not work here', ourFault],
  PRECONDITION_FAILED: ['This has changed meanwhile', tryAgain],
  PRECONDITION_REQUIRED: ['We could not understand each other', ourFault],
  HELLO_EXPECTED: ['The connection started badly', startOver],
  ALREADY_JOINED: ['You are already in this meeting', 'Look for it in another tab.'],
  TOKEN_INVALID: ['This invitation is no longer valid', 'Ask the host for a new link.'],
  PROTOCOL_MISMATCH: ['This page is out of date', 'Load it again to get the current one.'],
  RESUME_REFUSED: ['You were away too long', 'You can join again right away.'],
  FORBIDDEN: ['You can’t do that in this meeting', 'Ask the host to change your role.'],
  ORIGIN_REFUSED: ['This site may not use that server', 'Open the meeting from its own address.'],
  NOT_FOUND: ['There is nothing here', 'The address may be mistyped, or what was here is gone.'],
  MEETING_NOT_FOUND: ['We can’t find this meeting', 'Check the link, or ask the host for a new one.'],
  MEETING_ENDED: ['This meeting has ended', 'You can start a new one at any time.'],
  MEETING_NOT_OPEN: ['This meeting has not begun yet', 'Come back shortly before it starts.'],
  REGISTRATION_REQUIRED: ['Who wants to watch registers first', 'Open the link of the webinar, and register there.'],
  REGISTRATION_FULL: ['All places are taken', 'Somebody may cancel: look again later.'],
  STALE_CHANGE: ['This was changed meanwhile', 'Look at what it says now, then try again.'],
  SIGN_IN_REQUIRED: ['You are not signed in', 'Sign in, then try again.'],
  CREDENTIALS_WRONG: ['That did not match', 'Check the email address and the password.'],
  ACCOUNT_NOT_FOUND: [
    'There is no such account',
    'Check the email address or the name. Who signs in elsewhere has no password here.',
  ],
  RESET_LINK_INVALID: ['This link doesn’t work any more', 'It is good once and for an hour. Ask for a new one.'],
  SIGN_UP_CLOSED: ['New accounts can’t be made here', 'Ask whoever runs this service for one.'],
  NAME_TAKEN: ['This one is taken already', 'Choose another one, or sign in if it is yours.'],
  LIMIT_REACHED: ['You have as many of these as you can', 'Remove one first.'],
  ADDRESS_REFUSED: ['This address can’t be used', 'It must be reachable from the internet.'],
  PARTICIPANT_NOT_FOUND: ['That person is no longer here', 'They may have left the meeting.'],
  BREAKOUTS_NOT_FOUND: ['There are no breakout rooms', 'They may have been closed a moment ago.'],
  BREAKOUT_ROOM_NOT_FOUND: ['This breakout room is gone', 'Choose another one.'],
  BREAKOUTS_EXIST: ['There are breakout rooms already', 'Close them before you make new ones.'],
  BREAKOUTS_FULL: ['No more people can be given a room', 'The others stay in the main room.'],
  EDGE_NOT_FOUND: ['That server is gone', tryAgain],
  SESSION_NOT_FOUND: ['Your media connection was lost', tryAgain],
  TRANSPORT_NOT_FOUND: ['Your media connection was lost', startOver],
  TRACK_NOT_FOUND: ['This video is no longer being sent', 'It may come back by itself.'],
  MESSAGE_NOT_FOUND: ['That message is gone', 'It may have been deleted.'],
  TEXT_EMPTY: ['There is nothing to send', 'Write something first.'],
  TEXT_TOO_LONG: ['That is too long', 'Send it in several parts.'],
  CHAT_CLOSED: ['The audience can’t write there', 'The host decides who can write to whom.'],
  REACTION_LIMIT_REACHED: ['There are too many different reactions', 'Choose one that is there already.'],
  QUESTION_NOT_FOUND: ['That question is gone', 'It may have been withdrawn.'],
  QUESTIONS_CLOSED: ['No questions are taken right now', 'The host decides when you can ask.'],
  QUESTION_LIMIT_REACHED: ['No more questions can be asked', 'Vote for one that is there already.'],
  ANONYMITY_REFUSED: ['Questions are asked by name here', 'Ask with your name.'],
  POLL_NOT_FOUND: ['That poll is gone', 'The host may have deleted it.'],
  POLL_NOT_OPEN: ['You can’t vote in this poll now', 'It may have been closed a moment ago.'],
  POLL_STATUS_CONFLICT: ['That can’t be done with this poll now', 'Somebody else may have closed it meanwhile.'],
  POLL_LIMIT_REACHED: ['There can be no more polls', 'Delete one first.'],
  LINK_NOT_FOUND: ['The way to this video was lost', tryAgain],
  ROUTE_NOT_FOUND: ['There is no way to this video yet', tryAgain],
  LOOP_DETECTED: ['The way to this video is being rearranged', tryAgain],
  STALE_EPOCH: ['The way to this video has changed', tryAgain],
  TRACK_LIMIT_REACHED: ['You are sharing as much as you can', 'Stop sharing something first.'],
  VIDEO_LIMIT_REACHED: ['There are more videos than fit', 'Some are not shown.'],
  RECORDING_NOT_FOUND: ['There is no such recording', 'It may have been deleted.'],
  RECORDING_UNAVAILABLE: ['Meetings can’t be recorded here', 'Ask who runs this service.'],
  RECORDING_RUNNING: ['This meeting is being recorded already', 'Somebody else was faster.'],
  RECORDING_NOT_READY: ['This recording is not ready yet', 'It is being made into one file.'],
  RECORDING_EMPTY: ['Nothing was recorded', 'Nobody spoke or was seen meanwhile.'],
  RECORDING_ENDED: ['That recording has ended', 'You can start a new one.'],
  RECORDING_LIMIT_REACHED: ['No more meetings can be recorded at once', tryAgain],
  RECORDING_DISK_FULL: ['There is no room left to record', 'Ask who runs this service.'],
  STORAGE_UNAVAILABLE: ['Recordings can’t be reached just now', tryAgain],
  RECORDING_FAILED: ['Something was not recorded', tryAgain],
  ENCRYPTION_REQUIRED: [
    'This meeting is end-to-end encrypted, which this browser can’t do',
    'Update your browser, or try another one.',
  ],
  ENCRYPTED_END_TO_END: [
    'This meeting is end-to-end encrypted',
    'No server can see or hear it, so it can’t be recorded.',
  ],
  SETTING_FIXED: ['That can’t be changed any more', 'It is decided when a meeting is created.'],
  MEETING_LOCKED: ['This meeting is locked', 'Ask the host to unlock it, then try again.'],
  PASSWORD_REQUIRED: ['This meeting asks for a password', 'You find it in your invitation.'],
  PASSWORD_WRONG: ['That password is not right', 'Check your invitation and try again.'],
  BANNED: ['You can’t join this meeting any more', 'The host has banned you from it.'],
  REMOVED: ['The host removed you from the meeting', 'If that was a mistake, try to join again.'],
  ADMISSION_DENIED: ['The host did not let you in', 'If that was a mistake, ask the host and try again.'],
  LOBBY_FULL: ['Too many people are waiting', tryAgain],
  LAST_HOST: ['You are the only host', 'Make somebody else host first.'],
  UNMUTE_FORBIDDEN: ['Only the host can let you unmute', 'Wait until you are asked to speak.'],
  MEETING_FULL: ['This meeting is full', 'Try again when somebody has left.'],
  RATE_LIMITED: ['That was a little fast', 'Wait a moment, then try again.'],
  SLOW_CONSUMER: ['Your connection could not keep up', 'Move closer to your router or close other downloads.'],
  REPLACED: ['You joined from somewhere else', 'The meeting goes on in your other window or device.'],
  NO_EDGE_AVAILABLE: ['No server has room for you right now', tryAgain],
  EDGE_OVERLOADED: ['The server near you is full', tryAgain],
  EDGE_DRAINING: ['The server near you is being updated', tryAgain],
  EDGE_UNREACHABLE: ['The server near you does not answer', tryAgain],
  STATE_UNAVAILABLE: ['We can’t reach the service', 'Check your internet connection, then try again.'],
  SECRET_SEALED: ['That doesn’t work just now', 'Ask who runs this service.'],
  BUSY: ['Very many people are coming at once', tryAgain],
  SHUTTING_DOWN: ['The service is restarting', tryAgain],
  TIMEOUT: ['That took too long', 'Your connection may be slow. Try again.'],
  INTERNAL: ['Something went wrong', ourFault],
  UNSUPPORTED: [
    'This browser can’t join meetings',
    'Use a current Chrome, Edge, Firefox or Safari. In Apple’s Lockdown Mode, exclude this site from it.',
  ],
};

export function humanError(error: unknown): HumanError {
  if (error instanceof Error && error.name === 'UnsupportedError') return inWords('UNSUPPORTED', false);
  const { code, retryable } = CanopyError.from(error);
  return inWords(code, retryable);
}

function inWords(code: keyof ErrorTexts, retryable: boolean): HumanError {
  const [title, advice] = i18next.t(`errors:${code}`, { returnObjects: true });
  return { code, title, advice, retryable };
}

/** The same of a code alone, as it stands in what the server tells. */
export function humanErrorOf(code: string): HumanError {
  return humanError(new CanopyError(isErrorCode(code) ? code : 'INTERNAL'));
}
