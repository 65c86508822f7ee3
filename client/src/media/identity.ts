import type { DtlsFingerprint } from '@canopy/proto/media';

/** What a client shows in DTLS handshakes. Made before joining, so that `join` can announce it and the edge connects both transports without another round trip. */
export interface DtlsIdentity {
  certificate: RTCCertificate;
  fingerprints: DtlsFingerprint[];
}

export async function createDtlsIdentity(): Promise<DtlsIdentity> {
  const certificate = await RTCPeerConnection.generateCertificate({
    name: 'ECDSA',
    namedCurve: 'P-256',
  } as EcKeyGenParams);
  const fingerprints =
    'getFingerprints' in certificate ? ownFingerprints(certificate) : fingerprintsIn(await offerWith(certificate));
  return { certificate, fingerprints };
}

/** mediasoup compares upper-case hex, as SDP has it (RFC 8122 §5); browsers give lower case here. */
function ownFingerprints(certificate: RTCCertificate): DtlsFingerprint[] {
  return certificate
    .getFingerprints()
    .map(({ algorithm = '', value = '' }) => ({ algorithm, value: value.toUpperCase() }));
}

/** For browsers without `RTCCertificate.getFingerprints`: they write them into every offer. */
async function offerWith(certificate: RTCCertificate): Promise<string> {
  const connection = new RTCPeerConnection({ certificates: [certificate] });
  try {
    connection.createDataChannel('');
    return (await connection.createOffer()).sdp ?? '';
  } finally {
    connection.close();
  }
}

export function fingerprintsIn(sdp: string): DtlsFingerprint[] {
  return [...new Set(sdp.match(/^a=fingerprint:\S+ \S+$/gm))].map((line) => {
    const [algorithm = '', value = ''] = line.slice('a=fingerprint:'.length).split(' ');
    return { algorithm, value: value.toUpperCase() };
  });
}
