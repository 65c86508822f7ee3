import { type NatsConnection, RequestStrategy } from 'nats';
import { z } from 'zod';

/** Every server answers it to whoever may ask, about his own account, and says who it is. */
const question = '$SYS.REQ.ACCOUNT.PING.STATZ';
/** Those that nobody is connected to, too. */
const about = JSON.stringify({ include_unused: true });
/** Servers are near each other: what did not answer soon after the others does not. */
const patience = { strategy: RequestStrategy.JitterTimer, maxWait: 1_000, jitter: 200 };

const answer = z.object({ server: z.object({ name: z.string() }) });

/** The names of the servers of the bus that answer, also of those that no node is connected to. Rejects while the bus is away. */
export async function busServers(nats: NatsConnection): Promise<string[]> {
  const names = new Set<string>();
  for await (const message of await nats.requestMany(question, about, patience))
    names.add(answer.parse(message.json()).server.name);
  return [...names];
}

/** Whether what the bus refused is that question, or to hear the answers to it. */
export function isAboutServers({ subject }: { subject: string }): boolean {
  return subject === question || subject.startsWith('_INBOX.');
}
