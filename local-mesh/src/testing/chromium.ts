import { createHash, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { findChromium } from '../../../scripts/setup/programs.mjs';
import type { Place } from '../mesh/place.ts';

const flags = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--use-fake-device-for-media-stream=fps=30',
  '--use-fake-ui-for-media-stream',
  '--autoplay-policy=no-user-gesture-required',
  // Media flows over 127.0.0.1, and candidates are to show it. Each window loads two pages for what drops down from its
  // address bar, which takes longer than most pages of the app, and nobody sees them.
  '--disable-features=WebRtcHideLocalIpsWithMdns,WebUIOmniboxPopup,WebUIOmniboxAimPopup',
  '--allow-loopback-in-peer-connection',
];

export interface ChromiumOptions {
  /** These come last. */
  flags?: readonly string[];
  /** Where it runs; default: here. */
  place?: Place;
  /** Pages of these origins may use cameras though they come over plain HTTP from another host. */
  trustedOrigins?: readonly string[];
  /** PEM files of certificates that it takes though it knows no authority of theirs. */
  trustedCertificates?: readonly string[];
}

/** A headless Chromium with a fake camera and microphone. */
export async function launchChromium({
  flags: extraFlags = [],
  place,
  trustedOrigins = [],
  trustedCertificates = [],
}: ChromiumOptions = {}): Promise<Browser> {
  const installed = findChromium(process.env);
  if (installed === undefined) throw new Error('Chromium is not installed: run "npm run setup", or set CHROMIUM_BIN');
  // Chromium's sandbox refuses to run as root.
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const trusted = [
    listed('--unsafely-treat-insecure-origin-as-secure', trustedOrigins),
    listed('--ignore-certificate-errors-spki-list', trustedCertificates.map(keyHashOf)),
  ].flat();
  const args = [...asRoot, ...flags, ...trusted, ...extraFlags];
  if (place === undefined) return chromium.launch({ executablePath: installed, headless: true, args });
  using wrapper = programIn(place, installed);
  return await chromium.launch({ executablePath: wrapper.path, headless: true, args });
}

function listed(flag: string, values: readonly string[]): string[] {
  return values.length === 0 ? [] : [`${flag}=${values.join()}`];
}

/** SHA-256 of the public key in a certificate, as Chromium takes it. */
function keyHashOf(certFile: string): string {
  const { publicKey } = new X509Certificate(readFileSync(certFile));
  return createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64');
}

/** A file that runs a program in a place, for those who take nothing but the path of a program. It is needed until the program has started. */
function programIn(place: Place, program: string): Disposable & { path: string } {
  const folder = mkdtempSync(join(tmpdir(), 'canopy-program-'));
  const path = join(folder, 'program');
  const [command, args] = place.command(program, []);
  writeFileSync(path, `#!/bin/sh\nexec ${[command, ...args].map(quoted).join(' ')} "$@"\n`, { mode: 0o755 });
  return { path, [Symbol.dispose]: () => rmSync(folder, { recursive: true }) };
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
