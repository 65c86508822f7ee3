import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { findChromium, findFirefox, findProgram } from './programs.mjs';

function folderWith(name: string, mode: number): string {
  const folder = mkdtempSync(join(tmpdir(), 'canopy-programs-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, name), '#!/bin/sh\n');
  chmodSync(join(folder, name), mode);
  return folder;
}

test('a program is found on the PATH, in the order of its folders', () => {
  const first = folderWith('canopy-probe', 0o755);
  const second = folderWith('canopy-probe', 0o755);
  expect(findProgram('canopy-probe', { PATH: `${first}:${second}` })).toBe(join(first, 'canopy-probe'));
  expect(findProgram('canopy-probe', { PATH: '/nowhere' })).toBeUndefined();
});

test('a file that cannot be executed is no program', () => {
  const folder = folderWith('canopy-probe', 0o644);
  expect(findProgram('canopy-probe', { PATH: folder })).toBeUndefined();
});

test("Ubuntu's stand-in for Chromium, which starts a snap that is not there, is passed over", () => {
  const standIn = folderWith('chromium-browser', 0o755);
  writeFileSync(join(standIn, 'chromium-browser'), '#!/bin/sh\nexec /snap/bin/chromium "$@"\n');
  expect(findChromium({ PATH: standIn }, '/nowhere/chromium')).not.toBe(join(standIn, 'chromium-browser'));
  expect(findChromium({ PATH: standIn }, standIn)).toBe(join(standIn, 'chromium-browser'));
  const real = folderWith('chromium-browser', 0o755);
  expect(findChromium({ PATH: real })).toBe(join(real, 'chromium-browser'));
});

test('the same goes for Firefox', () => {
  const standIn = folderWith('firefox', 0o755);
  writeFileSync(join(standIn, 'firefox'), '#!/bin/sh\nexec /snap/bin/firefox "$@"\n');
  expect(findFirefox({ PATH: standIn }, '/nowhere/firefox')).not.toBe(join(standIn, 'firefox'));
  expect(findFirefox({ PATH: `${standIn}:${folderWith('firefox-esr', 0o755)}` }, standIn)).toMatch(/firefox-esr$/);
});

test('CHROMIUM_BIN and FIREFOX_BIN go before what is installed', () => {
  expect(findChromium({ CHROMIUM_BIN: '/opt/chrome', PATH: '/usr/bin' })).toBe('/opt/chrome');
  expect(findFirefox({ FIREFOX_BIN: '/opt/firefox', PATH: '/usr/bin' })).toBe('/opt/firefox');
});
