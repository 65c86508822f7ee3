import { WaitingReason } from '@canopy/proto/moderation';
import type { Participant } from '@canopy/proto/signal';
import { siteKey } from '@canopy/runtime/address';
import { CanopyError } from '@canopy/runtime/errors';
import { isBanned, isFromBannedNetwork } from '../../core/access/bans.ts';
import { type Entry, entryOf, isOpenToAll } from '../../core/access/entry.ts';
import type { Meeting } from '../../core/meeting/meeting.ts';
import type { RoleName } from '../../core/meeting/roles.ts';
import type { AttemptLimiter, JoinClaims } from '../access/ports.ts';
import type { MeetingRecords } from '../meetings/ports.ts';
import type { Bans, NetworkHash } from '../moderation/ports.ts';
import type { Turnstile } from '../session/turnstile.ts';
import type { Lobby, Visitor } from './lobby.ts';
import type { LobbyStore } from './ports.ts';

export interface EntranceDeps {
  bans: Pick<Bans, 'list'>;
  networkHash: NetworkHash;
  records: Pick<MeetingRecords, 'find'>;
  lobby: Pick<Lobby, 'wait'>;
  lobbies: Pick<LobbyStore, 'isAdmitted'>;
  turnstile: Pick<Turnstile, 'passWithCrowd'>;
  store: {
    participant(meetingId: string, participantId: string): Promise<Participant | undefined>;
    givenRole(meetingId: string, participantId: string): Promise<RoleName | undefined>;
  };
  passwordMatches(password: string, hash: string): Promise<boolean>;
  /** Throws RATE_LIMITED when somebody tries too many wrong passwords. */
  admitAttempt: AttemptLimiter;
}

/** Somebody asks to come in. */
export interface Knock {
  claims: JoinClaims;
  meeting: Meeting;
  password: string | undefined;
  address: string;
  /** Undefined: it can't wait. */
  visitor: Visitor | undefined;
}

/** Somebody at the door. */
interface Newcomer {
  claims: JoinClaims;
  /** It has no account, and comes from the same network as somebody who was banned. */
  fromBannedNetwork: boolean;
}

/** The door of a meeting: who was banned stays out, a password is asked for, and who must wait waits until the door opens. */
export class Entrance {
  readonly #deps: EntranceDeps;
  /** Tries under way. Those with the same password from the same site are one: a class comes at once. */
  readonly #tries = new Map<string, Promise<void>>();

  constructor(deps: EntranceDeps) {
    this.#deps = deps;
  }

  /** Returns the meeting as it is when the visitor may go in. Errors: BANNED, PASSWORD_REQUIRED, PASSWORD_WRONG, RATE_LIMITED, MEETING_LOCKED, ADMISSION_DENIED, LOBBY_FULL, MEETING_ENDED, STATE_UNAVAILABLE. */
  async pass(knock: Knock): Promise<Meeting> {
    let newcomer = await this.#requireWelcome(knock);
    await this.#requirePassword(knock);
    let { meeting } = knock;
    for (;;) {
      const entry = await this.#entry(meeting, newcomer);
      if (entry === 'enter') return meeting;
      if (entry === 'locked' || knock.visitor === undefined) throw new CanopyError('MEETING_LOCKED');
      await this.#wait(newcomer, knock.visitor, meeting, entry);
      // Somebody may have been banned while it waited, and a whole audience may have waited with it.
      [meeting, newcomer] = await this.#deps.turnstile.passWithCrowd(() =>
        Promise.all([this.#asOfNow(knock.meeting.id), this.#requireWelcome(knock)]),
      );
    }
  }

  /** For somebody who passed a while ago, and may have been banned meanwhile. Errors: BANNED, STATE_UNAVAILABLE. */
  async requireStillWelcome(claims: JoinClaims): Promise<void> {
    if (isBanned(await this.#deps.bans.list(claims.meetingId), claims)) throw new CanopyError('BANNED');
  }

  async #requireWelcome({ claims, address }: Knock): Promise<Newcomer> {
    const { meetingId, userId } = claims;
    const bans = await this.#deps.bans.list(meetingId);
    if (isBanned(bans, claims)) throw new CanopyError('BANNED');
    const networkHash = bans.length === 0 ? undefined : this.#deps.networkHash(meetingId, address);
    return { claims, fromBannedNetwork: isFromBannedNetwork(bans, { userId, networkHash }) };
  }

  async #requirePassword({ claims, meeting, password, address }: Knock): Promise<void> {
    if (meeting.passwordHash === undefined || claims.role === 'host') return;
    if (password === undefined) throw new CanopyError('PASSWORD_REQUIRED');
    const { passwordHash } = meeting;
    const site = `${meeting.id} ${siteKey(address)}`;
    const key = `${site} ${passwordHash} ${password}`;
    const trying =
      this.#tries.get(key) ?? this.#try(site, password, passwordHash).finally(() => this.#tries.delete(key));
    this.#tries.set(key, trying);
    await trying;
  }

  async #try(site: string, password: string, passwordHash: string): Promise<void> {
    const giveBack = await this.#deps.admitAttempt(site);
    if (!(await this.#deps.passwordMatches(password, passwordHash))) throw new CanopyError('PASSWORD_WRONG');
    await giveBack();
  }

  async #entry(meeting: Meeting, { claims: { participantId, role }, fromBannedNetwork }: Newcomer): Promise<Entry> {
    if (isOpenToAll(meeting) && !fromBannedNetwork) return 'enter';
    const [givenRole, participant, admitted] = await Promise.all([
      this.#deps.store.givenRole(meeting.id, participantId),
      this.#deps.store.participant(meeting.id, participantId),
      this.#deps.lobbies.isAdmitted(meeting.id, participantId),
    ]);
    return entryOf(meeting, { role: givenRole ?? role, isIn: participant !== undefined, admitted, fromBannedNetwork });
  }

  #wait(
    newcomer: Newcomer,
    visitor: Visitor,
    meeting: Meeting,
    entry: Exclude<Entry, 'enter' | 'locked'>,
  ): Promise<void> {
    const { id: meetingId, title, startTime } = meeting;
    const { claims, fromBannedNetwork } = newcomer;
    const { participantId, name } = claims;
    const reason = entry === 'lobby' ? WaitingReason.LOBBY : WaitingReason.BACKSTAGE;
    return this.#deps.lobby.wait({
      meetingId,
      person: { participantId, name, fromBannedNetwork },
      visitor,
      shown: { title, reason, startTimeMs: startTime },
      isOver: async () => (await this.#entry(await this.#asOfNow(meetingId), newcomer)) !== entry,
    });
  }

  async #asOfNow(meetingId: string): Promise<Meeting> {
    const meeting = await this.#deps.records.find(meetingId);
    if (meeting === undefined) throw new CanopyError('MEETING_NOT_FOUND');
    if (meeting.status === 'ended') throw new CanopyError('MEETING_ENDED');
    return meeting;
  }
}
