import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BusListener } from '../../../edge-node/src/testing/bus-listener.ts';
import { patienceMs, Stage } from '../fixtures/stage.ts';

let stage: Stage;
let bus: BusListener;

beforeAll(async () => {
  const regions = ['eu-central-1', 'us-east-1', 'ap-southeast-2'];
  stage = await Stage.open({ browser: false, regions, replicas: 2 });
  bus = await BusListener.start(stage.mesh.services.natsUrl);
});

afterAll(async () => {
  await bus?.[Symbol.asyncDispose]();
  await stage?.[Symbol.asyncDispose]();
});

/** Keeps the epochs of a meeting from being given out until released. */
class EpochGate implements AsyncDisposable {
  readonly #client: Client;
  readonly #meetingId: string;

  static async close(databaseUrl: string, meetingId: string): Promise<EpochGate> {
    const client = new Client({ connectionString: databaseUrl });
    await client.connect();
    await client.query('BEGIN');
    // Not FOR UPDATE: who came is written down meanwhile, with a reference to the meeting, and is not to stand there too.
    await client.query('SELECT FROM meetings WHERE id = $1 FOR NO KEY UPDATE', [meetingId]);
    return new EpochGate(client, meetingId);
  }

  private constructor(client: Client, meetingId: string) {
    this.#client = client;
    this.#meetingId = meetingId;
  }

  /** Somebody stands before it. */
  async occupied(): Promise<void> {
    const waiting = async () => (await this.#client.query('SELECT FROM pg_locks WHERE NOT granted')).rowCount;
    await expect.poll(waiting, { timeout: patienceMs, interval: 5 }).toBe(1);
  }

  /** Who waited gets an epoch, which is returned once it is given out. */
  async open(): Promise<number> {
    const last = async () =>
      Number(
        (await this.#client.query('SELECT plan_epoch FROM meetings WHERE id = $1', [this.#meetingId])).rows[0]
          .plan_epoch,
      );
    const before = await last();
    await this.#client.query('COMMIT');
    await expect.poll(last, { timeout: patienceMs, interval: 5 }).toBe(before + 1);
    return before + 1;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client.end();
  }
}

test('a replica that stood still for longer than its lease while it planned puts no plan in force any more', async () => {
  const [halted, other] = stage.mesh.replicas;
  // From the beginning: a connection that is kept would lead to the halted one.
  stage.balancer.preferred = other;
  const meetingId = await stage.createMeeting();
  using _first = await stage.join(await stage.tokenFor(meetingId, 'First'), 'eu-central-1', other?.url);
  const lateToken = await stage.tokenFor(meetingId, 'Late');

  await using gate = await EpochGate.close(stage.mesh.services.databaseUrl, meetingId);
  const late = Promise.allSettled([stage.join(lateToken, 'us-east-1', halted?.url)]);
  await gate.occupied();
  halted?.kill('SIGSTOP');
  const stale = await gate.open();
  using _second = await stage.joinSoon(await stage.tokenFor(meetingId, 'Second'), 'ap-southeast-2');
  const inForce = await stage.epochOf(meetingId);
  expect(inForce).toBeGreaterThan(stale);
  halted?.kill('SIGCONT');
  const [outcome] = await late;
  if (outcome.status === 'fulfilled') outcome.value[Symbol.dispose]();
  else expect(outcome.reason).toMatchObject({ retryable: true });

  using third = await stage.joinSoon(lateToken, 'us-east-1');
  expect(third.joined.edge?.region).toBe('us-east-1');
  const told = bus.routes.filter((table) => table.meetingId === meetingId);
  expect(told.map(({ epoch }) => epoch)).not.toContain(stale);
  for (const { id } of stage.mesh.edges) {
    const epochs = told.filter(({ edgeId }) => edgeId === id).map(({ epoch }) => epoch);
    expect(epochs).toEqual(epochs.toSorted((a, b) => a - b));
    expect(epochs.length).toBeGreaterThan(0);
  }
  await stage.converged(meetingId, inForce);
});
