import { IdentityError } from './identity-error.js';
import {
  covers,
  DEFAULT_PROTOCOL,
  fingerprintsOf,
  identityValues,
  readIdentity,
  withIdentity,
  writeContents,
  writeIdentity,
} from './identity-line.js';
import type { AssertionPurpose, IdentityOptions, IdentityProvider, PeerIdentity } from './identity-types.js';

/** What a provider is asked for, and what is made of its answers. */

const MAX_NAME_LENGTH = 1024;

export interface Signed {
  /** The description with its line. */
  readonly sdp: string;
  /** What the line says. */
  readonly value: string;
}

/** What is known of the other side before a description of it is looked at. */
export interface Expected {
  readonly known: PeerIdentity | null;
  /** The contents of the assertion that proved it. */
  readonly contents: string;
}

export interface Verified {
  readonly identity: PeerIdentity;
  readonly contents: string;
}

/** The page that asks, as providers of RFC 8827 want to know it; nothing in Node. */
const originHere = (): string => String((globalThis as { origin?: unknown }).origin ?? '');

/** Vouches for every fingerprint of an own description. */
export async function sign(
  provider: IdentityProvider,
  { usernameHint }: IdentityOptions,
  sdp: string,
  purpose: AssertionPurpose,
): Promise<Signed> {
  const fingerprints = fingerprintsOf(sdp);
  if (fingerprints === null) throw new IdentityError('failed', 'The own description has fingerprints of no known form');
  const options = { ...purpose, ...(usernameHint !== undefined && { usernameHint }) };
  const assertion: unknown = await provider.generateAssertion(writeContents(fingerprints), originHere(), options);
  if (typeof assertion !== 'string' || assertion === '') {
    throw new IdentityError('failed', 'The identity provider gave no assertion');
  }
  const value = writeIdentity({ domain: provider.domain, protocol: provider.protocol ?? DEFAULT_PROTOCOL, assertion });
  if (value === null) throw new IdentityError('failed', 'The assertion of the identity provider is too long');
  return { sdp: withIdentity(sdp, value), value };
}

/** Who wrote a description. Null when it does not say, and does not have to. Throws an IdentityError, or what the provider threw. */
export async function verify(
  provider: IdentityProvider,
  options: IdentityOptions,
  sdp: string,
  purpose: AssertionPurpose,
  expected: Expected,
): Promise<Verified | null> {
  const values = identityValues(sdp);
  const value = values[0];
  if (value === undefined) return checkSilent(options, sdp, expected);
  const line = values.length === 1 ? readIdentity(value) : null;
  if (line === null) throw new IdentityError('invalid', 'The identity of the description cannot be read');
  const { domain, protocol, assertion } = line;
  if (domain !== provider.domain || protocol !== (provider.protocol ?? DEFAULT_PROTOCOL)) {
    throw new IdentityError('no_provider', `No identity provider for ${domain}`);
  }
  const validated = await ask(provider, assertion, purpose);
  const { name, contents, details } = validated;
  const fingerprints = fingerprintsOf(sdp);
  if (fingerprints === null || !covers(contents, fingerprints)) {
    throw new IdentityError('fingerprint_mismatch', 'The identity is of another connection: somebody is in between');
  }
  const identity: PeerIdentity = Object.freeze({ idp: domain, name, ...(details !== undefined && { details }) });
  const isOther = (wanted: string | undefined): boolean => wanted !== undefined && wanted !== name;
  if (isOther(options.peerIdentity) || isOther(expected.known?.name)) {
    throw new IdentityError('wrong_identity', 'The other side is not who it should be');
  }
  return { identity, contents };
}

/** A description without the line. One that is as before in what was signed says the same as before. */
function checkSilent(options: IdentityOptions, sdp: string, expected: Expected): Verified | null {
  const { known, contents } = expected;
  const fingerprints = known === null ? null : fingerprintsOf(sdp);
  if (known !== null && fingerprints !== null && covers(contents, fingerprints)) return { identity: known, contents };
  const isNeeded = options.required === true || options.peerIdentity !== undefined || known !== null;
  if (isNeeded) throw new IdentityError('missing', 'The other side does not say who it is');
  return null;
}

/** Whether a description has no fingerprint but those of the one before. */
export function hasSameFingerprints(sdp: string, before: string): boolean {
  const [now, then] = [fingerprintsOf(sdp), fingerprintsOf(before)];
  return now !== null && then !== null && covers(writeContents(then), now);
}

async function ask(
  provider: IdentityProvider,
  assertion: string,
  purpose: AssertionPurpose,
): Promise<{ name: string; contents: string; details?: object | undefined }> {
  const validated: unknown = await provider.validateAssertion(assertion, originHere(), purpose);
  const { name, contents, details } = (validated ?? {}) as { name?: unknown; contents?: unknown; details?: object };
  const fits = typeof name === 'string' && name !== '' && name.length <= MAX_NAME_LENGTH;
  if (!fits || typeof contents !== 'string') throw new IdentityError('invalid', 'The identity is not valid');
  return { name, contents, details };
}
