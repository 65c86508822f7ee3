import { AudienceGroup, type MeetingEvent } from '@canopy/proto/signal';
import { describe, expect, it } from 'vitest';
import { isToldOf } from '../access/audience.ts';
import { roleNames } from '../meeting/roles.ts';
import {
  handled,
  isPublic,
  isVisibleTo,
  questionActions,
  questionSettings,
  questionStatuses,
  type StoredQuestion,
} from './question.ts';
import { eventsOf, questionToWire, voteCountOf, voteEventsOf } from './wire.ts';

const question = (change: Partial<StoredQuestion> = {}): StoredQuestion => ({
  id: 'q1',
  meetingId: 'm1',
  sequence: 1,
  askerId: 'ann',
  askerName: 'Ann',
  anonymous: false,
  text: 'Why?',
  askedAt: 0,
  status: 'open',
  answer: '',
  answeredBy: '',
  votes: 0,
  ...change,
});

const people = roleNames.flatMap((role) => ['ann', 'ben'].map((participantId) => ({ participantId, role })));

/** What somebody who is told of these events knows afterwards. */
function knownAfter(events: readonly MeetingEvent[], reader: (typeof people)[number], knewIt: boolean): boolean {
  return events
    .filter((event) => isToldOf(event, reader, 'webinar'))
    .reduce((knows, event) => (event.question !== undefined ? true : event.questionRemoved ? false : knows), knewIt);
}

describe('a question', () => {
  it('is told to exactly those who may see it, whatever becomes of it', () => {
    for (const setting of questionSettings) {
      for (const from of questionStatuses) {
        for (const status of questionStatuses) {
          const before = question({ status: from });
          const after = question({ status });
          const events = eventsOf(after, setting, isPublic(before, setting));
          for (const reader of people) {
            const knows = knownAfter(events, reader, isVisibleTo(before, setting, reader));
            expect([setting, from, status, reader, knows]).toEqual([
              setting,
              from,
              status,
              reader,
              isVisibleTo(after, setting, reader),
            ]);
          }
        }
      }
    }
  });

  it('without a name is told without who asked to everybody but who asked', () => {
    const secret = question({ askerName: '', anonymous: true });
    for (const setting of questionSettings) {
      for (const event of eventsOf(secret, setting, true)) {
        if (isToldOf(event, { participantId: 'ben', role: 'host' }, 'webinar'))
          expect(JSON.stringify(event)).not.toContain('ann');
      }
    }
    expect(questionToWire(secret)).toMatchObject({ askerId: '', askerName: '' });
  });

  it('is answered, dismissed and opened again; only opening or answering anew takes an answer away', () => {
    const answered = question({ status: 'answered', answer: 'So', answeredBy: 'Ada' });
    const now = { name: 'Bo', answer: 'No' };
    expect(questionActions.map((action) => handled(answered, action, now))).toEqual([
      { status: 'answering', answer: '', answeredBy: 'Bo' },
      { status: 'answered', answer: 'No', answeredBy: 'Bo' },
      { status: 'dismissed', answer: 'So', answeredBy: 'Ada' },
      { status: 'open', answer: '', answeredBy: '' },
    ]);
  });
});

describe('votes', () => {
  it('for questions that are not for everybody are told to the stage alone', () => {
    const counts = (id: string, votes: number) => ({ counts: [{ questionId: id, votes }] });
    const questions = [question({ votes: 2, status: 'answered' }), question({ id: 'q2', votes: 1 })];
    expect(voteEventsOf(questions.map((one) => voteCountOf(one, 'answered')))).toEqual([
      { questionVotes: counts('q1', 2) },
      { questionVotes: counts('q2', 1), audience: { group: AudienceGroup.STAGE, participantIds: [] } },
    ]);
    expect(voteEventsOf([])).toEqual([]);
  });
});
