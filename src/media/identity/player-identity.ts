import { defaultStore, openStore } from '#identity-store';
import { IdentityError } from '../../extension/identity-error.js';
import { isDomain } from '../../extension/identity-line.js';
import type { IdentityProvider } from '../../extension/identity-types.js';
import type { GameIdentity, IdentityPolicy, Meeting } from '../../multiplayer/game-identity.js';
import type { AccountServer } from './account-token.js';
import type { Beliefs } from './acquaintance.js';
import { signChallenge } from './challenge.js';
import type { IdentityStore, KnownPlayer } from './identity-store.js';
import { exportPublicKey, type KeyAlgorithm, type PublicKey, thumbprintOf } from './keys.js';
import { isPlayerName } from './player-assertion.js';
import { PlayerProvider, type Self } from './player-provider.js';
import { SeenNonces } from './seen-nonces.js';

/** Not a domain that anybody can have: browsers that know identity lines would look there. */
const DEFAULT_DOMAIN = 'players.scenewire.invalid';

export interface PlayerIdentityOptions {
  /**
   * Where the key is kept, and those of the others: in a page the name of a database, in Node the path of a file, or a store
   * of your own. Default: `scenewire-identity`, in Node `scenewire-identity.json`.
   */
  store?: string | IdentityStore | undefined;
  /** What the player is called, at most 64 characters that can be seen. Whoever was met under a name has to have the same key again. */
  name?: string | undefined;
  /** Of a key that is made. Default: EdDSA, and ES256 where the platform does not know that. */
  algorithm?: KeyAlgorithm | undefined;
  /** A token of the account server for this player's key, or what gets one; it is asked for each connection. */
  token?: string | (() => string | undefined | Promise<string | undefined>) | undefined;
  /** Whose tokens of others are believed. */
  accounts?: AccountServer | undefined;
  /** Default: `require` with an account server, and `first-use` without one. */
  policy?: IdentityPolicy | undefined;
  /** The same for all players of a game. Nothing is asked there. */
  domain?: string | undefined;
  /** Milliseconds, as `Date.now()`. */
  now?: (() => number) | undefined;
}

/**
 * A player with a key that lasts: it signs what connects this side to the others, so that nobody in between, the lobby
 * included, can pass for it; and it checks the others. For `LobbySession`, or by hand with `providerFor`.
 * @example
 * ```ts run
 * import { memoryStore, PlayerIdentity } from 'scenewire/identity';
 * import { LobbySession } from 'scenewire/lobby';
 *
 * const identity = await PlayerIdentity.load({ name: 'Ann', store: memoryStore() }); // without a store it lasts
 * const session = new LobbySession('wss://lobby.example.org', { identity });
 * console.log(identity.fingerprint.length > 0); // → true
 * ```
 */
export class PlayerIdentity implements GameIdentity {
  readonly policy: IdentityPolicy;
  readonly publicKey: PublicKey;
  /** The hash of the key: what invitations and tokens name. */
  readonly fingerprint: string;
  readonly #domain: string;
  readonly #self: Self;
  readonly #beliefs: Beliefs;
  readonly #seen = new SeenNonces();

  private constructor(self: Self, beliefs: Beliefs, domain: string) {
    this.#self = self;
    this.publicKey = self.publicKey;
    this.fingerprint = self.fingerprint;
    this.#beliefs = beliefs;
    this.policy = beliefs.policy;
    this.#domain = domain;
  }

  /** With the key that is kept; the first time, one is made. Rejects with an IdentityError. */
  static async load(options: PlayerIdentityOptions = {}): Promise<PlayerIdentity> {
    const { name, algorithm, token, accounts, domain = DEFAULT_DOMAIN, now = Date.now } = options;
    if (name !== undefined && !isPlayerName(name))
      throw new IdentityError('failed', 'A name is up to 64 characters that can be seen');
    if (!isDomain(domain)) throw new IdentityError('failed', 'The domain is none');
    const { policy = accounts === undefined ? 'first-use' : 'require' } = options;
    const given = options.store ?? defaultStore;
    const store = typeof given === 'string' ? openStore(given) : given;
    const keys = await store.keys(algorithm);
    const publicKey = await exportPublicKey(keys.publicKey);
    const fingerprint = await thumbprintOf(publicKey);
    const getToken = async (): Promise<string | undefined> => (typeof token === 'function' ? token() : token);
    const self = { keys, publicKey, fingerprint, name, token: getToken };
    return new PlayerIdentity(self, { policy, accounts, store, now }, domain);
  }

  /** For one connection; a session asks for it by itself. */
  providerFor(meeting: Meeting): IdentityProvider {
    return new PlayerProvider(this.#domain, { ...meeting }, this.#self, this.#beliefs, this.#seen);
  }

  /** Shows the account server that this player has the key: signs what it has made up. See `readChallenge`. */
  proveKey(challenge: string): Promise<string> {
    return signChallenge(this.#self.keys.privateKey, this.publicKey, challenge, this.#beliefs.now());
  }

  /** Who was met, by `name …` or `key …`. */
  known(): Promise<ReadonlyMap<string, KnownPlayer>> {
    return this.#beliefs.store.all();
  }

  /** The next one who comes by this name, or with this key, is new. */
  forget(who: string): Promise<void> {
    return this.#beliefs.store.forget(who);
  }
}
