import { randomUUID } from 'node:crypto';
import { keySecretsOf, randomSecret } from '../adapters/crypto/api-key-secrets.ts';
import { argon2Passwords } from '../adapters/crypto/passwords.ts';
import { sessionTokens } from '../adapters/crypto/session-tokens.ts';
import { PostgresAuditRecords } from '../adapters/postgres/audit-records.ts';
import { PostgresKeyRecords } from '../adapters/postgres/key-records.ts';
import { PostgresResetRecords } from '../adapters/postgres/password-resets.ts';
import { PostgresWebhookRecords } from '../adapters/postgres/webhook-records.ts';
import { attemptLimiter, type RequestLimit, requestLimiter } from '../adapters/redis/rate-limiter.ts';
import { AddressGuard } from '../adapters/webhooks/address-guard.ts';
import { HttpWebhookSender } from '../adapters/webhooks/sender.ts';
import { webhookSigning } from '../adapters/webhooks/signing.ts';
import type { Access } from '../app/access/access.ts';
import type { LiveAccess } from '../app/access/live.ts';
import { Accounts } from '../app/accounts/accounts.ts';
import { PasswordResets } from '../app/accounts/password-resets.ts';
import { PersonalRooms } from '../app/accounts/personal-rooms.ts';
import { Audit } from '../app/audit/audit.ts';
import { Looks } from '../app/audit/looks.ts';
import { Keys } from '../app/keys/keys.ts';
import type { Ending } from '../app/meetings/ending.ts';
import type { Meetings } from '../app/meetings/meetings.ts';
import { Registrations } from '../app/registrations/registrations.ts';
import { Reminding } from '../app/schedules/reminding.ts';
import { Schedules } from '../app/schedules/schedules.ts';
import { Delivering } from '../app/webhooks/delivering.ts';
import { Webhooks } from '../app/webhooks/webhooks.ts';
import type { Foundation } from './foundation.ts';
import type { Stores } from './stores.ts';

/** Wrong passwords from one address, or of one session, before they have to wait. */
const attempts: RequestLimit = { requests: 20, seconds: 300 };

/** At one account from wherever: many more, so that it takes many addresses to keep its owner out. */
const attemptsAtAccount: RequestLimit = { requests: 200, seconds: 300 };

/** Registrations from one address for one meeting: there may be a school behind it. */
const registrationsOfAddress: RequestLimit = { requests: 30, seconds: 300 };

/** Changes of whole series by one owner: each may write hundreds of meetings anew. */
const seriesChangesOfOwner: RequestLimit = { requests: 60, seconds: 60 };

/** Accounts, schedules, webhooks, keys and the audit log: what there is besides meetings that run. */
export function createAdministration(
  { access, live, meetings, ending }: { access: Access; live: LiveAccess; meetings: Meetings; ending: Ending },
  { records, users, registrationRecords, scheduleRecords: schedules }: Stores,
  { config, db, redis, sealer, clock, logger }: Foundation,
) {
  const { namespace } = config;
  const webhooks = new PostgresWebhookRecords(db, sealer);
  const auditRecords = new PostgresAuditRecords(db);
  const guard = new AddressGuard(config.webhooksToPrivateAddresses);
  const admitAttempt = attemptLimiter(redis, `${namespace}:attempts`, attempts);
  return {
    accounts: new Accounts({
      records: users,
      sessions: users,
      passwords: argon2Passwords,
      tokens: sessionTokens,
      meetings,
      signUpAllowed: config.signUp,
      admitAttempt,
      admitAttemptAtAccount: attemptLimiter(redis, `${namespace}:attempts-at-account`, attemptsAtAccount),
      clock,
      logger,
    }),
    passwordResets: new PasswordResets({
      access,
      records: new PostgresResetRecords(db),
      passwords: argon2Passwords,
      tokens: sessionTokens,
      admitAttempt,
      clock,
    }),
    personalRooms: new PersonalRooms({ accounts: users, records, meetings }),
    schedules: new Schedules({
      access,
      records: schedules,
      ending,
      hashPassword: (password) => argon2Passwords.hash(password),
      limit: requestLimiter(redis, `${namespace}:series-changes`, seriesChangesOfOwner),
      clock,
      logger,
    }),
    registrations: new Registrations({
      access,
      live,
      meetings: records,
      schedules,
      records: registrationRecords,
      limit: requestLimiter(redis, `${namespace}:registrations`, registrationsOfAddress),
    }),
    reminding: new Reminding({ records: schedules, clock, logger }),
    webhooks: new Webhooks({ access, records: webhooks, guard, newSecret: webhookSigning.newSecret }),
    delivering: new Delivering({
      outbox: webhooks,
      sender: new HttpWebhookSender(guard),
      sign: webhookSigning.sign,
      random: Math.random,
      clock,
      logger,
    }),
    keys: new Keys({
      access,
      records: new PostgresKeyRecords(db, sealer),
      newId: () => `k_${randomUUID().replaceAll('-', '')}`,
      newSecret() {
        const secret = randomSecret();
        return { secret, kept: keySecretsOf(secret) };
      },
      clock,
    }),
    audit: new Audit({ access, records: auditRecords }),
    looks: new Looks({ access, meetings: records, records: auditRecords, clock, logger }),
  };
}
