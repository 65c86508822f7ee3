import { expect, it } from 'vitest';
import { savedRecords } from '../record.ts';
import { type Entry, entriesOf } from './entries.ts';
import { verdicts } from './reliability.ts';

const machine = { cpu: '', cores: 1, memoryGiB: 1, kernel: '', node: '' };
const entry = (bench: string, result: object): Entry => ({ bench, commit: '', date: '', machine, result });
const verdictOf = (loss: string, ...entries: Entry[]) => verdicts(entries).find((line) => line.loss === loss)?.verdict;

it('says of each promise whether it was kept, or that nobody measured it', () => {
  const workers = (p95: number) =>
    entry('worker-loss', { seenAgainMs: { p95 }, replacedMs: { most: 200 }, strangers: 0 });
  expect(verdictOf('worker', workers(900))).toBe('met in part');
  expect(verdictOf('worker', workers(1_100))).toBe('missed');
  expect(verdictOf('worker')).toBe('not measured');
  expect(verdictOf('NATS gone 30 s during replanning', workers(900))).toBe('not measured');
});

it('counts neither ways of a loss that did not happen nor results that failed', () => {
  const gapMs = { p50: 50, p95: 100, p99: 120, max: 130 };
  const kind = (count: number, p95: number) => ({ count, gapMs: { ...gapMs, p95 }, placedMs: gapMs });
  const failover = entry('failover', { regions: { nodeKilled: kind(2, 100), packetsDropped: kind(0, 900) } });
  expect(verdictOf('whole region', failover)).toBe('met in part');
  const all = { nodeKilled: kind(2, 100), packetsDropped: kind(1, 120) };
  expect(verdictOf('whole region', entry('failover', { regions: all }))).toBe('met');
  expect(verdictOf('whole region', { ...failover, failure: 'It took too long.' })).toBe('not measured');
  expect(verdictOf('whole region', entry('failover', {}))).toBe('not measured');
});

it('counts a promise for missed where somebody got no media any more, however short the gaps of the others', () => {
  const gapMs = { p50: 50, p95: 100, p99: 120, max: 130 };
  const kind = { count: 9, gapMs, placedMs: gapMs, keyFrameRequests: { within500Ms: 1 } };
  const losses = (withoutMedia?: number) => {
    const byKind = { nodeKilled: { ...kind, withoutMedia } };
    return entry('failover', { relays: { byKind }, edges: byKind, regions: byKind });
  };
  for (const loss of ['relay, with a warm backup', 'viewer’s own edge', 'whole region']) {
    expect(verdictOf(loss, losses(1))).toBe('missed');
    expect(verdictOf(loss, losses(0))).toBe('met');
    expect(verdictOf(loss, losses())).toBe('met');
  }
});

it('takes fewer sockets than promised, and replicas that nobody watched, for no measurement', () => {
  const reconnect = (sockets: number) =>
    entry('reconnect', { sockets, allBackMs: { most: 2_000 }, eventLoopDelayP99Ms: { most: 50 }, notBack: 0 });
  expect(verdictOf('1,000 sockets reconnect at once', reconnect(300))).toBe('not measured');
  expect(verdictOf('1,000 sockets reconnect at once', reconnect(1_000))).toBe('met in part');
  const media = { kills: 0, longestGapMs: 0, replaced: 0, resumeMs: {} };
  const resume = verdicts([entry('resume', { resumeMs: { p95: 400 }, media, events: { lost: 0 } })]);
  const measured = resume.find(({ loss }) => loss === 'control-plane replica')?.measured;
  expect(measured?.map(({ what }) => what)).toEqual(['resumed, p95', 'changes lost']);
});

it('reads what is saved', async () => {
  const lines = verdicts(entriesOf(await savedRecords()));
  expect(lines.find(({ loss }) => loss === 'relay, with a warm backup')?.measured.length).toBeGreaterThan(3);
});
