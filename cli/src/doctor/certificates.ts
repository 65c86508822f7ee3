import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:tls';
import { type MeshIdentity, requireIdentity } from '@canopy/runtime/mesh-identity';
import { messageOf } from '@canopy/runtime/message-of';
import { type Finding, failed, ok, skipped, warning } from './finding.ts';

/** Settings that name certificates, and who the node has to be by them; undefined: a name that clients know is enough. */
const settings: Record<string, ((env: NodeJS.ProcessEnv) => MeshIdentity) | undefined> = {
  CONTROL_TLS_CERT_FILE: () => ({ role: 'control-plane' }),
  EDGE_TLS_CERT_FILE: ({ EDGE_ID }) => ({ role: 'edge', edgeId: EDGE_ID || undefined }),
  EDGE_PUBLIC_TLS_CERT_FILE: undefined,
};
const soonDays = 14;
const dayMs = 86_400_000;
const patienceMs = 5_000;

/** Whether the certificates are good, and for how long: the one that clients see, and those in files that are named by settings here. */
export async function checkCertificates(url: string, env: NodeJS.ProcessEnv, now: number): Promise<Finding[]> {
  const inFiles = Object.entries(settings).flatMap(([name, identityOf]) => {
    const file = env[name];
    if (file === undefined) return [];
    return judge(name, async () => new X509Certificate(await readFile(file)), now, identityOf?.(env));
  });
  const { protocol, hostname, port } = new URL(url);
  const https = `https ${hostname}`;
  const shown =
    protocol === 'https:'
      ? judge(https, () => shownBy(hostname, Number(port || 443)), now)
      : skipped('https', `${url} is not encrypted; browsers give camera and microphone to localhost only then`);
  return await Promise.all([shown, ...inFiles]);
}

async function judge(
  check: string,
  read: () => Promise<X509Certificate>,
  now: number,
  identity?: MeshIdentity,
): Promise<Finding> {
  try {
    const certificate = await read();
    const strange = identity && identityFinding(check, certificate, identity);
    return strange ?? expiryFinding(check, certificate.validToDate.getTime() - now);
  } catch (error) {
    return failed(check, `the certificate can not be read: ${messageOf(error)}`, 'See that it is there, in PEM.');
  }
}

function identityFinding(check: string, certificate: X509Certificate, identity: MeshIdentity): Finding | undefined {
  try {
    requireIdentity(certificate, identity);
    return undefined;
  } catch (error) {
    return failed(check, messageOf(error), 'Issue it with that name: the other nodes refuse it otherwise.');
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
