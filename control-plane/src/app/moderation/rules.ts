import { CanopyError } from '@canopy/runtime/errors';
import { z } from 'zod';
import type { Principal } from '../../core/access/authorize.ts';
import { type Meeting, profileOf } from '../../core/meeting/meeting.ts';
import type { RuleChange } from '../../core/meeting/rules.ts';
import { meetingSettings } from '../../core/meeting/settings.ts';
import type { LiveAccess } from '../access/live.ts';
import type { Rooms } from '../events/rooms.ts';
import type { MeetingRecords } from '../meetings/ports.ts';
import type { MeetingStateStore } from '../session/meeting-state-store.ts';

export interface RulesDeps {
  live: LiveAccess;
  records: Pick<MeetingRecords, 'change'>;
  store: Pick<MeetingStateStore, 'setProfile'>;
  rooms: Rooms;
}

/** The rules of a meeting, as hosts and cohosts change them while it runs: they are settings, and last as those do. */
export class Rules {
  readonly #deps: RulesDeps;

  constructor(deps: RulesDeps) {
    this.#deps = deps;
  }

  /** Errors: MEETING_NOT_FOUND, MEETING_ENDED, FORBIDDEN, BAD_REQUEST (the settings would be too large), STATE_UNAVAILABLE. */
  async change(principal: Principal, meetingId: string, change: RuleChange): Promise<Meeting> {
    const request = (meeting: Meeting) => ({ action: 'meeting.rule', meeting }) as const;
    const before = await this.#deps.live.require(principal, meetingId, request);
    const settings = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
    const parsed = meetingSettings.safeParse({ ...before.settings, ...settings });
    if (!parsed.success) throw new CanopyError('BAD_REQUEST', z.prettifyError(parsed.error));
    const changed = await this.#deps.records.change(meetingId, { title: undefined, settings, removed: [] });
    if (changed === undefined) throw new CanopyError('MEETING_ENDED');
    this.#deps.rooms.changed(meetingId, await this.#deps.store.setProfile(meetingId, profileOf(changed)));
    return changed;
  }
}
