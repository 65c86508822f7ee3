import { Participant, Role } from '@canopy/proto/signal';
import { expect, it } from 'vitest';
import { isLastHost } from './succession.ts';

const host = (id: string, rest: Partial<Participant> = {}): Participant =>
  Participant.fromPartial({ id, role: Role.HOST, connected: true, ...rest });

it('needs another host who can act now: who is there, or asks', () => {
  const ada = host('ada');
  expect(isLastHost([ada, host('ben')], 'ada', 'ada')).toBe(false);
  for (const rest of [{ role: Role.COHOST }, { connected: false }, { bare: true }])
    expect(isLastHost([ada, host('ben', rest)], 'ada', 'ada')).toBe(true);
  expect(isLastHost([ada, host('ben', { connected: false })], 'ada', 'ben')).toBe(false);
});
