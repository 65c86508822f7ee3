/** Recording a meeting. */
export const recording = {
  start: 'Record',
  pause: 'Pause recording',
  resume: 'Resume recording',
  stop: 'Stop recording',
  sign: 'Recording',
  signPaused: 'Recording paused',
  notice: 'This meeting is being recorded',
  noticeText: 'Sound and pictures of everybody who stays are kept. Leave the meeting if you do not agree.',
  ended: 'The meeting is no longer being recorded',
  understood: 'Understood',
};
