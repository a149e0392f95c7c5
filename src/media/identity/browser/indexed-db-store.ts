import { messageOf } from '../../../core/fail.js';
import { IdentityError } from '../../../extension/identity-error.js';
import { type IdentityStore, type KnownPlayer, MOST_KNOWN, readKnown } from '../identity-store.js';
import { generateKeys } from '../keys.js';

const VERSION = 1;
const OWN = 'own';
const KNOWN = 'known';
const KEYS = 'keys';

/** What a page uses when it names no other. */
export const DEFAULT_STORE = 'scenewire-identity';

/**
 * Keeps keys in the browser, which hands the private one out to nobody, pages included: they can only sign with it, and only
 * those of the same origin. All tabs of an origin share a store; deleting the data of the site deletes it.
 */
export function openStore(name: string): IdentityStore {
  let opened: Promise<IDBDatabase> | null = null;
  const within = async <T>(
    table: string,
    mode: IDBTransactionMode,
    work: (table: IDBObjectStore) => Promise<T>,
  ): Promise<T> => {
    opened ??= open(name, () => {
      opened = null;
    });
    opened.catch(() => {
      opened = null;
    });
    try {
      return await inTransaction(await opened, table, mode, work);
    } catch (thrown) {
      throw new IdentityError('no_store', `The browser keeps no keys here: ${messageOf(thrown)}`, thrown);
    }
  };
  return {
    async keys(algorithm) {
      const kept = await within(OWN, 'readonly', (table) => ask(table.get(KEYS)));
      if (isPair(kept)) return kept;
      // Not inside of the transaction, which would be over by then. Another tab may have been faster.
      const made = await generateKeys(algorithm, false);
      return within(OWN, 'readwrite', async (table) => {
        const other: unknown = await ask(table.get(KEYS));
        if (isPair(other)) return other;
        await ask(table.put({ privateKey: made.privateKey, publicKey: made.publicKey }, KEYS));
        return made;
      });
    },
    known: (who) => within(KNOWN, 'readonly', async (table) => readKnown(await ask(table.get(who)))),
    remember: (who, player, replaces = false) =>
      within(KNOWN, 'readwrite', async (table) => {
        const known = readKnown(await ask(table.get(who)));
        if (known !== null && !replaces) return known;
        const hasRoom = known !== null || (await ask(table.count())) < MOST_KNOWN;
        if (hasRoom) await ask(table.put({ ...player }, who));
        return player;
      }),
    all: () =>
      within(KNOWN, 'readonly', async (table) => {
        const [names, players] = await Promise.all([ask(table.getAllKeys()), ask(table.getAll())]);
        const all = new Map<string, KnownPlayer>();
        names.forEach((who, at) => {
          const player = readKnown(players[at]);
          if (player !== null) all.set(String(who), player);
        });
        return all;
      }),
    forget: (who) => within(KNOWN, 'readwrite', (table) => ask(table.delete(who))),
  };
}

async function open(name: string, ended: () => void): Promise<IDBDatabase> {
  const request = indexedDB.open(name, VERSION);
  request.onupgradeneeded = () => {
    request.result.createObjectStore(OWN);
    request.result.createObjectStore(KNOWN);
  };
  const database = await ask(request);
  // A later version of the game in another tab must not wait for this one, nor who deletes the data of the site.
  database.onversionchange = () => {
    database.close();
    ended();
  };
  database.onclose = ended;
  return database;
}

function ask<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('The database gave no reason'));
  });
}

/** Resolves when it is written. */
async function inTransaction<T>(
  database: IDBDatabase,
  table: string,
  mode: IDBTransactionMode,
  work: (table: IDBObjectStore) => Promise<T>,
): Promise<T> {
  const transaction = database.transaction(table, mode);
  const written = new Promise<void>((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = transaction.onerror = () => reject(transaction.error ?? new Error('It was given up'));
  });
  written.catch(() => {});
  const result = await work(transaction.objectStore(table));
  await written;
  return result;
}

function isPair(value: unknown): value is CryptoKeyPair {
  const { privateKey, publicKey } = (value ?? {}) as { [name: string]: unknown };
  return privateKey instanceof CryptoKey && publicKey instanceof CryptoKey;
}
