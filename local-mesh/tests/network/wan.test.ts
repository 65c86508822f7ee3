import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { wanLeftOut } from '../../src/wan/left-out.ts';
import { Wan } from '../../src/wan/wan.ts';

const probeFile = fileURLToPath(new URL('../../src/wan/testing/probe.ts', import.meta.url));
const wanFile = fileURLToPath(new URL('../../src/wan/wan.ts', import.meta.url));
const [echoPort, sinkPort] = [4000, 4001];

async function serve(wan: Wan, node: string, mode: string, port: number): Promise<void> {
  const child = wan.spawn(node, process.execPath, [probeFile, mode, String(port)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await firstOutput(child);
}

async function firstOutput(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('no stdout');
  const [chunk] = await once(child.stdout, 'data');
  return String(chunk).trim();
}

async function probe(wan: Wan, node: string, ...args: (string | number)[]): Promise<string> {
  const { stdout } = await wan.run(node, process.execPath, [probeFile, ...args.map(String)], { timeoutMs: 15_000 });
  return stdout;
}

async function rtts(wan: Wan, from: string, to: string, count: number, intervalMs = 5): Promise<number[]> {
  const values: number[] = JSON.parse(await probe(wan, from, 'udp-rtt', wan.address(to), echoPort, count, intervalMs));
  return values.sort((a, b) => a - b);
}

const median = (sorted: readonly number[]): number => sorted[sorted.length >> 1] ?? Number.NaN;

async function sendMbitPerS(wan: Wan, from: string, to: string, bytes: number): Promise<number> {
  const elapsedMs = Number(await probe(wan, from, 'tcp-send', wan.address(to), sinkPort, bytes));
  return (bytes * 8) / elapsedMs / 1_000;
}

describe.skipIf(wanLeftOut())('Wan', () => {
  let wan: Wan;
  beforeAll(async () => {
    wan = await Wan.create({ nodes: ['fra', 'gru', 'syd'], seed: 7 });
    await Promise.all([
      ...['fra', 'gru', 'syd'].map((node) => serve(wan, node, 'udp-echo', echoPort)),
      serve(wan, 'gru', 'tcp-sink', sinkPort),
    ]);
  });
  afterAll(() => wan?.[Symbol.asyncDispose]());

  it('gives each pair its own RTT, within 2 ms of what was set', async () => {
    await wan.setPath('fra', 'gru', { delayMs: 20 });
    await wan.setPath('fra', 'syd', { delayMs: 60 });
    await wan.setPath('gru', 'syd', { delayMs: 0 });
    const [near, far, none] = [
      await rtts(wan, 'fra', 'gru', 50),
      await rtts(wan, 'syd', 'fra', 50),
      await rtts(wan, 'gru', 'syd', 50),
    ];
    expect(Math.abs(median(near) - 40)).toBeLessThan(2);
    expect(Math.abs(median(far) - 120)).toBeLessThan(2);
    expect(median(none)).toBeLessThan(2);
  });

  it('varies the delay by the jitter', async () => {
    await wan.setPath('fra', 'gru', { delayMs: 20, jitterMs: 10 });
    const values = await rtts(wan, 'fra', 'gru', 100, 15);
    await wan.setPath('fra', 'gru', { jitterMs: 0 });
    expect(values[0]).toBeGreaterThan(19);
    expect(values[0]).toBeLessThan(30);
    expect(values.at(-1)).toBeGreaterThan(50);
    expect(median(values)).toBeGreaterThan(35);
    expect(median(values)).toBeLessThan(45);
  });

  it('loses the given share of packets, in the given direction', async () => {
    await wan.setPath('fra', 'syd', { delayMs: 1 });
    await wan.setDirection('fra', 'syd', { lossRatio: 0.2 });
    const before = await wan.stats('fra', 'syd');
    const received = await rtts(wan, 'fra', 'syd', 1_000, 1);
    const after = await wan.stats('fra', 'syd');
    await wan.setPath('fra', 'syd', { lossRatio: 0 });
    // 200 expected; the standard deviation of 1,000 draws is 12.6
    expect(1_000 - received.length).toBeGreaterThan(150);
    expect(1_000 - received.length).toBeLessThan(250);
    expect(after.lostPackets - before.lostPackets).toBe(1_000 - received.length);
    expect((await wan.stats('syd', 'fra')).lostPackets).toBe(0);
  });

  it('cuts one pair and leaves the others, and heals', async () => {
    await wan.setPath('fra', 'gru', { cut: true });
    expect(await rtts(wan, 'fra', 'gru', 5)).toHaveLength(0);
    expect(await rtts(wan, 'fra', 'syd', 5)).toHaveLength(5);
    await wan.setPath('fra', 'gru', { cut: false });
    expect(await rtts(wan, 'fra', 'gru', 5)).toHaveLength(5);
    expect((await wan.stats('fra', 'gru')).cutPackets).toBe(5);
  });

  it('cuts UDP alone', async () => {
    await wan.setPath('fra', 'gru', { delayMs: 1, cut: 'udp' });
    expect(await rtts(wan, 'fra', 'gru', 5)).toHaveLength(0);
    expect(await sendMbitPerS(wan, 'fra', 'gru', 100_000)).toBeGreaterThan(0);
    await wan.setPath('fra', 'gru', { cut: false });
  });

  it('has doors that lead in and out beside the network', async () => {
    await wan.setPath('fra', 'gru', { cut: true });
    const place = wan.place('gru');
    const [host = '', port = ''] = (await place.reach(sinkPort)).split(':');
    const socket = connect({ host, port: Number(port) });
    socket.end('hello');
    expect(String(await once(socket, 'data'))).toBe('done');

    const server = createServer({ allowHalfOpen: true }, (inner) => inner.resume().on('end', () => inner.end('done')));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const outside = typeof address === 'object' ? (address?.port ?? 0) : 0;
    await place.offer(outside);
    expect(Number(await probe(wan, 'gru', 'tcp-send', '127.0.0.1', outside, 1_000))).toBeGreaterThan(0);
    server.close();
    await wan.setPath('fra', 'gru', { cut: false });
  });

  it('paces TCP to the given rate', async () => {
    await wan.setPath('fra', 'gru', { delayMs: 5, rateBps: 20_000_000 });
    const limited = await sendMbitPerS(wan, 'fra', 'gru', 5_000_000);
    await wan.setPath('fra', 'gru', { rateBps: 0 });
    const unlimited = await sendMbitPerS(wan, 'fra', 'gru', 5_000_000);
    expect(limited).toBeGreaterThan(14);
    expect(limited).toBeLessThan(20);
    expect(unlimited).toBeGreaterThan(2 * limited);
  });

  it('gives a node a further address, and takes the first one away', async () => {
    await wan.gainAddress('syd');
    await wan.loseAddress('syd');
    expect(await rtts(wan, 'syd', 'fra', 5)).toHaveLength(5);
    expect(await rtts(wan, 'fra', 'syd', 5)).toHaveLength(0);
  });

  it('refuses unknown nodes and impossible conditions', async () => {
    await expect(wan.setPath('fra', 'ams', {})).rejects.toThrow('no node ams');
    await expect(wan.setPath('fra', 'gru', { lossRatio: 1.5 })).rejects.toThrow('lossRatio 1.5');
    await expect(Wan.create({ nodes: ['a', 'a'] })).rejects.toThrow('same name');
  });

  it('says what to do when namespaces are not permitted', async () => {
    const script = `
      const { Wan } = await import(${JSON.stringify(wanFile)});
      await Wan.create({ nodes: ['a'] }).catch((error) => console.log(error.message));
    `;
    const unprivileged = ['--bounding-set', '-sys_admin', '--inh-caps', '-sys_admin', '--'];
    const node = [process.execPath, '--input-type=module', '-e', script];
    const child = spawn('setpriv', [...unprivileged, ...node], { stdio: ['ignore', 'pipe', 'inherit'] });
    const exited = once(child, 'exit');
    const said = await firstOutput(child);
    expect(said).toContain('network namespaces are not available (wan: making a network namespace: ');
    expect(said).toContain('run as root, or set CANOPY_SKIP_ROOT=1');
    expect(await exited).toEqual([0, null]);
  });

  it('leaves nothing behind, not even when its owner is killed', async () => {
    const script = `
      const { Wan } = await import(${JSON.stringify(wanFile)});
      const wan = await Wan.create({ nodes: ['a', 'b'] });
      const [, [, namespaceFile]] = wan.commandIn('a', 'true', []);
      wan.spawn('a', 'sleep', ['1000'], { stdio: 'inherit' }).once('spawn', () => console.log(namespaceFile));
    `;
    const owner = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const namespaceFile = await firstOutput(owner);
    expect(existsSync(namespaceFile)).toBe(true);
    // The sleeper shares this pipe: it closes when both have ended.
    const closed = once(owner, 'close');
    owner.kill('SIGKILL');
    await closed;
    await expect.poll(() => existsSync(namespaceFile)).toBe(false);
  });
});
