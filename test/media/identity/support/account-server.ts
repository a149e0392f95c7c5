import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { AccountServer } from 'scenewire/identity';

/** The account server of a game: gives players tokens for their keys, with Node's crypto and nothing of ours. */
export class TestAccounts {
  readonly server: AccountServer;
  readonly #key: KeyObject;
  readonly #algorithm: 'EdDSA' | 'ES256';

  constructor(algorithm: 'EdDSA' | 'ES256' = 'EdDSA') {
    const pair =
      algorithm === 'EdDSA' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.#key = pair.privateKey;
    this.#algorithm = algorithm;
    const keys = { ...pair.publicKey.export({ format: 'jwk' }), kid: '1' } as JsonWebKey;
    this.server = { keys, issuer: 'https://accounts.example', audience: 'game' };
  }

  /** For a player of this account with a key of this hash. */
  token(sub: string, key: string, claims: object = {}, header: object = {}): string {
    const now = Math.floor(Date.now() / 1000);
    const body = { iss: this.server.issuer, aud: 'game', sub, exp: now + 3600, cnf: { jkt: key }, ...claims };
    const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');
    const text = `${encode({ alg: this.#algorithm, kid: '1', ...header })}.${encode(body)}`;
    const signature =
      this.#algorithm === 'EdDSA'
        ? sign(null, Buffer.from(text), this.#key)
        : sign('sha256', Buffer.from(text), { key: this.#key, dsaEncoding: 'ieee-p1363' });
    return `${text}.${signature.toString('base64url')}`;
  }
}
