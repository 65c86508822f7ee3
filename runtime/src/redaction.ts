import { BlockList, isIPv4, isIPv6 } from 'node:net';

const censor = '[redacted]';

/** Fields that are secret, or say who somebody is, wherever they stand. */
const hidden =
  /^(address|authorization|cookie|credential|set-cookie|email|key|name|pass|password|passwordHash|proxy-authorization|secret|secretHash|signingSecret|token|apiKey|resumeToken)$/i;

/** Secrets inside text: the user and password of a URL, a JWT, what follows `Bearer`, a resume token or API key in a query; and mail addresses. */
const inText = [
  [/(\/\/)[^/@\s]+@/g, `$1${censor}@`],
  [/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, censor],
  [/\b(Bearer\s+)[^\s,"']+/gi, `$1${censor}`],
  [/\b((?:token|secret|password|code|key)=)[^&\s"']+/gi, `$1${censor}`],
  [/(?<![\w.+-])[\w.+-]+@(?:[\w-]+\.)+[a-z]{2,}\b/gi, censor],
] as const;

/** A text without any of these holds nothing that is taken out: ids and most constants. */
const suspicious = /[.:@=]|Bearer\s|eyJ/i;

const ipv4 = /(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?!\d|\.\d)/g;
/** What may be one, with a port and punctuation behind it. */
const ipv6 = /(?<![\da-z])[\da-f]{0,4}:[\da-f]{0,4}:[\da-f:.]*/gi;
const behindIpv6 = [/$/, /[.:]$/, /:\d{1,5}[.:]*$/];

/** Addresses that many have and that lead to nobody: of the host itself, and of private networks, as between the nodes of a mesh. */
const ofNobody = new BlockList();
ofNobody.addAddress('0.0.0.0', 'ipv4');
for (const [network, prefix] of [
  ['10.0.0.0', 8],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const)
  ofNobody.addSubnet(network, prefix, 'ipv4');
ofNobody.addSubnet('::', 127, 'ipv6');
ofNobody.addSubnet('fc00::', 7, 'ipv6');

const deepest = 6;

/** A copy of what is to be logged, without secrets. What is nested deeper than six levels is left out. */
export function redact(fields: Readonly<Record<string, unknown>>, depth = 0): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, hidden.test(name) ? censor : redactValue(value, depth)]),
  );
}

function redactValue(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= deepest) return '[deep]';
  if (Array.isArray(value)) return value.map((one) => redactValue(one, depth + 1));
  return redact({ ...value }, depth + 1);
}

/** A text without what can be told by its form: secrets, mail addresses, and IP addresses that somebody may have. */
export function redactText(text: string): string {
  if (!suspicious.test(text)) return text;
  const withoutSecrets = inText.reduce((clean, [secret, replacement]) => clean.replace(secret, replacement), text);
  return withoutSecrets.replace(ipv6, redactIpv6).replace(ipv4, redactIpv4);
}

function redactIpv4(address: string): string {
  return isIPv4(address) && !ofNobody.check(address, 'ipv4') ? censor : address;
}

/** Of a run of what addresses are written with: clocks, fingerprints and places in a file look like that too, and ports like a part of one. */
function redactIpv6(run: string): string {
  const addresses = behindIpv6.map((behind) => run.replace(behind, '')).filter((one) => isIPv6(one));
  const [longest] = addresses;
  if (longest === undefined || addresses.some((one) => ofNobody.check(one, 'ipv6'))) return run;
  return censor + run.slice(longest.length);
}
