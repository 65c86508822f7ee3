import type { ChatReaction } from '@canopy/proto/chat';
import { CanopyError } from '@canopy/runtime/errors';
import { type Kysely, type Selectable, sql, type Updateable } from 'kysely';
import type { ChatRecords, NewMessage } from '../../app/chat/ports.ts';
import type { Reader } from '../../core/access/reader.ts';
import type { StoredMessage } from '../../core/chat/message.ts';
import { canPublish } from '../../core/meeting/roles.ts';
import { onPostgres } from './database.ts';
import type { Database } from './schema.ts';

/** Messages and the reactions to them in PostgreSQL. */
export class PostgresChatRecords implements ChatRecords {
  readonly #db: Kysely<Database>;

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  add({ id, meetingId, senderId, senderName, scope, recipient, replyTo, text }: NewMessage): Promise<StoredMessage> {
    return onPostgres(async () => {
      const added = await this.#db
        .insertInto('chat_messages')
        .values({
          meeting_id: meetingId,
          id,
          sender_id: senderId ?? null,
          sender_name: senderName,
          scope,
          recipient_id: recipient?.id ?? null,
          recipient_name: recipient?.name ?? null,
          reply_to: replyTo ?? null,
          text,
        })
        .onConflict((conflict) => conflict.columns(['meeting_id', 'id']).doNothing())
        .returningAll()
        .executeTakeFirst();
      const message = added === undefined ? await this.find(meetingId, id) : toMessage(added, []);
      if (message === undefined) throw new CanopyError('STATE_UNAVAILABLE');
      return message;
    });
  }

  find(meetingId: string, messageId: string): Promise<StoredMessage | undefined> {
    return onPostgres(async () => {
      const row = await this.#db
        .selectFrom('chat_messages')
        .selectAll()
        .where('meeting_id', '=', meetingId)
        .where('id', '=', messageId)
        .executeTakeFirst();
      return row && toMessage(row, await this.#allTo(meetingId, messageId));
    });
  }

  page(
    meetingId: string,
    reader: Reader,
    before: number | undefined,
    limit: number,
  ): Promise<readonly StoredMessage[]> {
    return onPostgres(async () => {
      let query = this.#db
        .selectFrom('chat_messages')
        .selectAll()
        .where('meeting_id', '=', meetingId)
        .where((is) => {
          const own = reader === 'owner' ? [] : [is('sender_id', '=', reader.participantId)];
          const direct = reader === 'owner' ? [] : [is('recipient_id', '=', reader.participantId)];
          const stage = reader === 'owner' || canPublish(reader.role) ? [is('scope', '=', 'stage' as const)] : [];
          return is.or([is('scope', '=', 'everyone'), ...stage, ...own, ...direct]);
        })
        .orderBy('sequence', 'desc')
        .limit(limit);
      if (before !== undefined) query = query.where('sequence', '<', String(before));
      const rows = await query.execute();
      const ids = rows.map(({ id }) => id);
      const reactions = await this.#reactionsTo(meetingId, ids, reader === 'owner' ? undefined : reader.participantId);
      return rows.map((row) => toMessage(row, reactions.get(row.id) ?? []));
    });
  }

  edit(meetingId: string, messageId: string, text: string): Promise<StoredMessage | undefined> {
    return this.#change(meetingId, messageId, { text, edited_at: new Date() });
  }

  async erase(meetingId: string, messageId: string): Promise<StoredMessage | undefined> {
    const erased = await this.#change(meetingId, messageId, { text: '', deleted_at: new Date() });
    // Deleting twice is deleting once.
    if (erased === undefined) return await this.find(meetingId, messageId);
    await onPostgres(() =>
      this.#db
        .deleteFrom('chat_reactions')
        .where('meeting_id', '=', meetingId)
        .where('message_id', '=', messageId)
        .execute(),
    );
    return { ...erased, reactions: [] };
  }

  async react(
    meetingId: string,
    messageId: string,
    participantId: string,
    emoji: string,
    mostEmojis: number,
  ): Promise<void> {
    const known = await this.#allTo(meetingId, messageId);
    if (known.length >= mostEmojis && !known.some((reaction) => reaction.emoji === emoji))
      throw new CanopyError('REACTION_LIMIT_REACHED');
    await onPostgres(() =>
      this.#db
        .insertInto('chat_reactions')
        .values({ meeting_id: meetingId, message_id: messageId, emoji, participant_id: participantId })
        .onConflict((conflict) => conflict.doNothing())
        .execute(),
    );
  }

  async unreact(meetingId: string, messageId: string, participantId: string, emoji: string): Promise<void> {
    await onPostgres(() =>
      this.#db
        .deleteFrom('chat_reactions')
        .where('meeting_id', '=', meetingId)
        .where('message_id', '=', messageId)
        .where('emoji', '=', emoji)
        .where('participant_id', '=', participantId)
        .execute(),
    );
  }

  reactions(meetingId: string, messageIds: readonly string[]): Promise<ReadonlyMap<string, readonly ChatReaction[]>> {
    return this.#reactionsTo(meetingId, messageIds, undefined);
  }

  async #allTo(meetingId: string, messageId: string): Promise<readonly ChatReaction[]> {
    return (await this.reactions(meetingId, [messageId])).get(messageId) ?? [];
  }

  #change(
    meetingId: string,
    messageId: string,
    values: Updateable<Database['chat_messages']>,
  ): Promise<StoredMessage | undefined> {
    return onPostgres(async () => {
      const row = await this.#db
        .updateTable('chat_messages')
        .set(values)
        .where('meeting_id', '=', meetingId)
        .where('id', '=', messageId)
        .where('deleted_at', 'is', null)
        .returningAll()
        .executeTakeFirst();
      return row && toMessage(row, await this.#allTo(meetingId, messageId));
    });
  }

  /** By message id, those that came most first. */
  #reactionsTo(
    meetingId: string,
    messageIds: readonly string[],
    participantId: string | undefined,
  ): Promise<ReadonlyMap<string, ChatReaction[]>> {
    return onPostgres(async () => {
      const found = new Map<string, ChatReaction[]>();
      if (messageIds.length === 0) return found;
      const rows = await this.#db
        .selectFrom('chat_reactions')
        .select(['message_id', 'emoji', sql<number>`count(*)::int`.as('count')])
        .select(sql<boolean>`COALESCE(bool_or(participant_id = ${participantId ?? null}), false)`.as('mine'))
        .where('meeting_id', '=', meetingId)
        .where('message_id', 'in', messageIds)
        .groupBy(['message_id', 'emoji'])
        .orderBy('count', 'desc')
        .orderBy('emoji')
        .execute();
      for (const { message_id, emoji, count, mine } of rows) {
        found.set(message_id, [...(found.get(message_id) ?? []), { emoji, count, mine }]);
      }
      return found;
    });
  }
}

function toMessage(row: Selectable<Database['chat_messages']>, reactions: readonly ChatReaction[]): StoredMessage {
  return {
    id: row.id,
    meetingId: row.meeting_id,
    sequence: Number(row.sequence),
    senderId: row.sender_id ?? undefined,
    senderName: row.sender_name,
    scope: row.scope,
    recipient: row.recipient_id === null ? undefined : { id: row.recipient_id, name: row.recipient_name ?? '' },
    replyTo: row.reply_to ?? undefined,
    text: row.text,
    sentAt: row.sent_at.getTime(),
    edited: row.edited_at !== null,
    deleted: row.deleted_at !== null,
    reactions,
  };
}
