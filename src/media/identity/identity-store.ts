import { generateKeys, type KeyAlgorithm } from './keys.js';

/** Somebody who was met. */
export interface KnownPlayer {
  readonly key: string;
  /** The account that this key was proven to belong to. */
  readonly account?: string | undefined;
  /** When the key was first seen, as `Date.now()` has it. */
  readonly since: number;
}

/** Where a player's key and those of the others are kept. All of it may fail with an IdentityError `no_store`. */
export interface IdentityStore {
  /** The pair that is kept; the first time, one that is made. */
  keys(algorithm: KeyAlgorithm | undefined): Promise<CryptoKeyPair>;
  known(who: string): Promise<KnownPlayer | null>;
  /** Keeps it unless somebody is kept already, and gives who is kept. With `replaces`, in any case. */
  remember(who: string, player: KnownPlayer, replaces?: boolean): Promise<KnownPlayer>;
  all(): Promise<ReadonlyMap<string, KnownPlayer>>;
  forget(who: string): Promise<void>;
}

/** Strangers decide how many they are. Whoever comes when it is full is not remembered, and nobody is forgotten for it. */
export const MOST_KNOWN = 4096;

/** Keeps everything until the page is closed. */
export function memoryStore(): IdentityStore {
  let keys: Promise<CryptoKeyPair> | null = null;
  const players = new Map<string, KnownPlayer>();
  return {
    keys(algorithm) {
      keys ??= generateKeys(algorithm, false);
      return keys;
    },
    known: async (who) => players.get(who) ?? null,
    async remember(who, player, replaces = false) {
      const known = players.get(who);
      if (known !== undefined && !replaces) return known;
      if (known !== undefined || players.size < MOST_KNOWN) players.set(who, player);
      return player;
    },
    all: async () => new Map(players),
    async forget(who) {
      players.delete(who);
    },
  };
}

/** A record as a store has it, which may have been written by anything. */
export function readKnown(value: unknown): KnownPlayer | null {
  const { key, account, since } = (value ?? {}) as { [name: string]: unknown };
  if (typeof key !== 'string' || typeof since !== 'number') return null;
  return { key, since, ...(typeof account === 'string' && { account }) };
}
