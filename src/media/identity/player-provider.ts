import { bytesToBase64Url } from '../../core/base64.js';
import { IdentityError } from '../../extension/identity-error.js';
import type {
  AssertionOptions,
  AssertionPurpose,
  IdentityProvider,
  ValidatedIdentity,
} from '../../extension/identity-types.js';
import type { Meeting } from '../../multiplayer/game-identity.js';
import { type Beliefs, recognize } from './acquaintance.js';
import type { PublicKey } from './keys.js';
import { type Heard, type HeardOffer, readStatement, writeStatement } from './player-assertion.js';
import type { SeenNonces } from './seen-nonces.js';
import { CLOCK_SKEW_S } from './time-window.js';

const NONCE_BYTES = 16;

/** Who this player is, to all others. */
export interface Self {
  readonly keys: CryptoKeyPair;
  readonly publicKey: PublicKey;
  /** The hash of that. */
  readonly fingerprint: string;
  readonly name: string | undefined;
  readonly token: () => Promise<string | undefined>;
}

/** Vouches for one side of one connection, and looks at the other. */
export class PlayerProvider implements IdentityProvider {
  readonly domain: string;
  readonly protocol = 'player-key';
  readonly #meeting: Meeting;
  readonly #self: Self;
  readonly #beliefs: Beliefs;
  readonly #seen: SeenNonces;
  /** Of the last offer of this side, which an answer has to name. */
  #offered = '';
  /** Of the last offer of the other side. */
  #theirs: HeardOffer | null = null;

  constructor(domain: string, meeting: Meeting, self: Self, beliefs: Beliefs, seen: SeenNonces) {
    this.domain = domain;
    this.#meeting = meeting;
    this.#self = self;
    this.#beliefs = beliefs;
    this.#seen = seen;
  }

  async generateAssertion(contents: string, _origin: string, { type }: AssertionOptions = {}): Promise<string> {
    const { keys, publicKey, name } = this.#self;
    const nonce = bytesToBase64Url(crypto.getRandomValues(new Uint8Array(NONCE_BYTES)));
    const offer = type === 'answer' ? this.#theirs : null;
    const token = await this.#self.token();
    const said = { domain: this.domain, meeting: this.#meeting, contents, nonce, offer, name, token };
    const statement = await writeStatement(keys.privateKey, publicKey, said, this.#beliefs.now());
    if (type === 'offer') this.#offered = nonce;
    return statement;
  }

  async validateAssertion(
    assertion: string,
    _origin: string,
    { type }: AssertionPurpose = {},
  ): Promise<ValidatedIdentity> {
    const now = this.#beliefs.now();
    const heard = await readStatement(assertion, this.domain, this.#meeting, now);
    this.#checkFresh(heard, type, now);
    const proof = await recognize(heard, this.#meeting, this.#beliefs);
    if (type === 'offer') this.#theirs = { nonce: heard.nonce, key: heard.key };
    return { name: proof.account ?? proof.key, contents: heard.contents, details: Object.freeze(proof) };
  }

  #checkFresh({ key, nonce, re, reKey, until }: Heard, type: AssertionPurpose['type'], now: number): void {
    const expected = type === 'answer' ? this.#offered : '';
    if (re !== expected || (type === 'answer' && re === '')) {
      throw new IdentityError('replayed', 'The identity answers something else than what was offered');
    }
    if (re !== '' && reKey !== this.#self.fingerprint) {
      throw new IdentityError('wrong_meeting', 'The other side takes this one for somebody else, who is in between');
    }
    if (!this.#seen.take(`${key} ${nonce}`, until + CLOCK_SKEW_S * 1000, now)) {
      throw new IdentityError('replayed', 'The identity was used before');
    }
  }
}
