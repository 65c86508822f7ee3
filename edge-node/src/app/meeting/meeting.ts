import { CanopyError } from '@canopy/runtime/errors';
import type { ChildLink } from '../cascade/child-link.ts';
import type { ParentLinks } from '../cascade/parent-links.ts';
import type { Tracks } from '../cascade/tracks.ts';
import type { Session } from '../session/session.ts';
import type { Hushing } from './hushing.ts';
import type { MeetingRouters } from './meeting-routers.ts';
import type { Speakers } from './speakers.ts';
import type { Translations } from './translations.ts';

export interface MeetingParts {
  routers: MeetingRouters;
  tracks: Tracks;
  translations: Translations;
  speakers: Speakers;
  hushing: Hushing;
  parentLinks: ParentLinks;
}

/** What this edge holds of one meeting. */
export class Meeting {
  readonly id: string;
  readonly routers: MeetingRouters;
  readonly tracks: Tracks;
  readonly translations: Translations;
  readonly speakers: Speakers;
  readonly hushing: Hushing;
  readonly parentLinks: ParentLinks;
  /** By participant id. */
  readonly sessions = new Map<string, Session>();
  /** By link id. */
  readonly childLinks = new Map<string, ChildLink>();
  /** Work under way that must find this meeting again. */
  pins = 0;

  constructor(id: string, { routers, tracks, translations, speakers, hushing, parentLinks }: MeetingParts) {
    this.id = id;
    this.routers = routers;
    this.tracks = tracks;
    this.translations = translations;
    this.speakers = speakers;
    this.hushing = hushing;
    this.parentLinks = parentLinks;
  }

  get empty(): boolean {
    const held = this.sessions.size + this.childLinks.size + this.tracks.size + this.parentLinks.size;
    return this.pins === 0 && held === 0;
  }

  /** Throws SESSION_NOT_FOUND. */
  session(participantId: string): Session {
    const session = this.sessions.get(participantId);
    if (session === undefined) throw new CanopyError('SESSION_NOT_FOUND');
    return session;
  }

  close(): void {
    for (const session of this.sessions.values()) session.close();
    for (const link of this.childLinks.values()) link.close();
    this.tracks.close();
  }
}
