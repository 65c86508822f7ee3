import { expect, test } from 'vitest';
import { optionsOf, otherSettings, plainOptions, settingsOf } from './options.ts';

test('plain options ask the server for nothing', () => {
  expect(settingsOf(plainOptions, 'webinar')).toEqual({});
});

test('what is chosen comes back as it was, but for the password', () => {
  const settings = { lobby: 'guests', capacity: 25, registration: { limit: 40 }, backstage: true, chat: 'off' };
  expect(settingsOf(optionsOf(settings), 'webinar')).toEqual(settings);
  expect(settingsOf({ ...plainOptions, password: 'open sesame' }, 'meeting')).toEqual({ password: 'open sesame' });
  expect(otherSettings({ ...settings, questions: 'off' })).toEqual({ questions: 'off' });
});

test('only a webinar is practised, asks for registration, and has an audience that may not write to all', () => {
  const registration = { ...plainOptions, registration: true };
  expect(settingsOf(registration, 'webinar')).toEqual({ registration: {} });
  expect(settingsOf(registration, 'meeting')).toEqual({});
  expect(settingsOf({ ...plainOptions, backstage: true, chat: 'panelists' }, 'meeting')).toEqual({});
});
