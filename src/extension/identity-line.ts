import { base64ToText, textToBase64 } from '../core/base64.js';

/**
 * The line of a description that names who wrote it (RFC 8827): `a=identity:` and, in base64, a JSON text with the domain
 * of the provider and what it made. A stranger wrote what is read here.
 */

/** Characters of the line. A description has room for four of them. */
const MAX_IDENTITY_LENGTH = 16_384;
const MAX_DOMAIN_LENGTH = 253;
/** Browsers write one or two; each is compared with all others. */
const MAX_FINGERPRINTS = 16;
const DOMAIN = /^[a-z\d]([a-z\d.-]*[a-z\d])?(:\d{1,5})?$/i;
const PROTOCOL = /^[\w.~-]{1,64}$/;

export interface Fingerprint {
  readonly algorithm: string;
  readonly digest: string;
}

export interface IdentityLine {
  readonly domain: string;
  readonly protocol: string;
  readonly assertion: string;
}

export const DEFAULT_PROTOCOL = 'default';

export function isDomain(domain: unknown): domain is string {
  return typeof domain === 'string' && domain.length <= MAX_DOMAIN_LENGTH && DOMAIN.test(domain);
}

function isProtocol(protocol: unknown): protocol is string {
  return typeof protocol === 'string' && PROTOCOL.test(protocol);
}

/** What stands behind `a=identity:`; null when it is too long. */
export function writeIdentity({ domain, protocol, assertion }: IdentityLine): string | null {
  if (assertion.length > MAX_IDENTITY_LENGTH) return null;
  const value = textToBase64(JSON.stringify({ idp: { domain, protocol }, assertion }));
  return value.length <= MAX_IDENTITY_LENGTH ? value : null;
}

/** The description with the line in it, before its first section. */
export function withIdentity(sdp: string, value: string): string {
  const line = `a=identity:${value}\r\n`;
  const at = sdp.search(/^m=/m);
  return at < 0 ? sdp + line : sdp.slice(0, at) + line + sdp.slice(at);
}

/** What stands behind the `a=identity:` of a session; more than one is told too, since none of them can be trusted. */
export function identityValues(sdp: string): readonly string[] {
  const session = sdp.split(/^m=/m, 1)[0] ?? '';
  return [...session.matchAll(/^a=identity:([^\r\n]*)/gm)].slice(0, 2).map(([, value = '']) => value);
}

/** Null when it makes no sense. */
export function readIdentity(value: string): IdentityLine | null {
  if (value.length > MAX_IDENTITY_LENGTH) return null;
  // Extensions may follow; none is known.
  const parsed = parseRecord(base64ToText(value.split(' ', 1)[0] ?? ''));
  const idp = parsed?.['idp'];
  if (!isRecord(idp)) return null;
  const { domain, protocol = DEFAULT_PROTOCOL } = idp;
  const assertion = parsed?.['assertion'];
  if (!isDomain(domain) || !isProtocol(protocol) || typeof assertion !== 'string' || assertion === '') return null;
  return { domain, protocol, assertion };
}

/**
 * All of a description, each once. Null when there are more than any real one has, or a line that one back end may take
 * for a fingerprint and another one not: none may stay unsigned.
 */
export function fingerprintsOf(sdp: string): readonly Fingerprint[] | null {
  const found = new Map<string, Fingerprint>();
  for (const line of sdp.split(/[\r\n\u2028\u2029]/)) {
    if (!/fingerprint/i.test(line)) continue;
    const [, algorithm, digest] = /^a=fingerprint:(\S+) (\S+)$/.exec(line) ?? [];
    if (algorithm === undefined || digest === undefined) return null;
    const fingerprint = { algorithm: algorithm.toLowerCase(), digest: digest.toUpperCase() };
    found.set(keyOf(fingerprint), fingerprint);
    if (found.size > MAX_FINGERPRINTS) return null;
  }
  return [...found.values()];
}

/** What a provider signs. */
export function writeContents(fingerprints: readonly Fingerprint[]): string {
  return JSON.stringify({ fingerprint: fingerprints });
}

/** Whether these contents speak of every one of these fingerprints. Of a description without any they prove nothing. */
export function covers(contents: string, fingerprints: readonly Fingerprint[]): boolean {
  const listed = contents.length <= MAX_IDENTITY_LENGTH ? parseRecord(contents)?.['fingerprint'] : null;
  const all: readonly unknown[] = Array.isArray(listed) ? listed : [listed];
  const signed = new Set(all.filter(isFingerprint).map(keyOf));
  return fingerprints.length > 0 && fingerprints.every((fingerprint) => signed.has(keyOf(fingerprint)));
}

const keyOf = ({ algorithm, digest }: Fingerprint): string => `${algorithm.toLowerCase()} ${digest.toUpperCase()}`;

function isFingerprint(value: unknown): value is Fingerprint {
  return isRecord(value) && typeof value['algorithm'] === 'string' && typeof value['digest'] === 'string';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseRecord(text: string | null): Record<string, unknown> | null {
  if (text === null) return null;
  try {
    const parsed: unknown = JSON.parse(text);
    return isRecord(parsed) ? parsed : null;
  } catch {
    return null;
  }
}
