import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:tls';
import { type Finding, failed, messageOf, ok, skipped, warning } from './finding.ts';

const settings = ['CONTROL_TLS_CERT_FILE', 'EDGE_TLS_CERT_FILE', 'EDGE_PUBLIC_TLS_CERT_FILE'] as const;
const soonDays = 14;
const dayMs = 86_400_000;
const patienceMs = 5_000;

/** When the certificates run out: the one that clients see, and those in files that are named by settings here. */
export async function checkCertificates(url: string, env: NodeJS.ProcessEnv, now: number): Promise<Finding[]> {
  const files = settings.flatMap((name) => (env[name] === undefined ? [] : [{ name, file: env[name] }]));
  const inFiles = files.map(({ name, file }) =>
    judge(name, async () => new X509Certificate(await readFile(file)), now),
  );
  const { protocol, hostname, port } = new URL(url);
  const https = `https ${hostname}`;
  const shown =
    protocol === 'https:'
      ? judge(https, () => shownBy(hostname, Number(port || 443)), now)
      : skipped('https', `${url} is not encrypted; browsers give camera and microphone to localhost only then`);
  return await Promise.all([shown, ...inFiles]);
}

async function judge(check: string, read: () => Promise<X509Certificate>, now: number): Promise<Finding> {
  try {
    return expiryFinding(check, (await read()).validToDate.getTime() - now);
  } catch (error) {
    return failed(check, `the certificate can not be read: ${messageOf(error)}`, 'See that it is there, in PEM.');
  }
}

export function expiryFinding(check: string, leftMs: number): Finding {
  const days = Math.floor(leftMs / dayMs);
  if (leftMs <= 0) return failed(check, `the certificate ran out ${-days} days ago`, 'Renew it now.');
  if (days < soonDays) return warning(check, `the certificate runs out in ${days} days`, 'Renew it.');
  return ok(check, `the certificate is good for ${days} days`);
}

/** Whether it is trusted is not asked: one that ran out is to be read as well. */
async function shownBy(host: string, port: number): Promise<X509Certificate> {
  const socket = connect({ host, port, servername: host, rejectUnauthorized: false });
  try {
    await once(socket, 'secureConnect', { signal: AbortSignal.timeout(patienceMs) });
    const certificate = socket.getPeerX509Certificate();
    if (certificate === undefined) throw new Error('it shows none');
    return certificate;
  } finally {
    socket.destroy();
  }
}
