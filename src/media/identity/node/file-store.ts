import { randomUUID } from 'node:crypto';
import { chmod, link, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { messageOf } from '../../../core/fail.js';
import { IdentityError } from '../../../extension/identity-error.js';
import { type IdentityStore, type KnownPlayer, MOST_KNOWN, readKnown } from '../identity-store.js';
import { exportPublicKey, generateKeys, importKeys, readPublicKey } from '../keys.js';

/** What a program uses when it names no other: in its working directory. */
export const DEFAULT_STORE = 'scenewire-identity.json';

const ONLY_OWNER = 0o600;

interface Content {
  readonly key: JsonWebKey;
  readonly known: ReadonlyMap<string, KnownPlayer>;
}

/**
 * Keeps keys in a file that only its owner can read. Whoever can read it is this player: keep it where other secrets are.
 * It is replaced as a whole, so that a crash leaves the old one or the new one.
 */
export function openStore(path: string): IdentityStore {
  // One after the other, so that no change is lost in this process.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const next = last.then(work).catch((thrown: unknown) => {
      if (thrown instanceof IdentityError) throw thrown;
      throw new IdentityError('no_store', `The file ${path} cannot be used: ${messageOf(thrown)}`, thrown);
    });
    last = next.catch(() => {});
    return next;
  };
  const change = async (change: (known: Map<string, KnownPlayer>) => void): Promise<void> => {
    const content = await read(path);
    if (content === null) throw new IdentityError('no_store', `There is no key in ${path} yet`);
    const known = new Map(content.known);
    change(known);
    await replace(path, { ...content, known });
  };
  return {
    keys: (algorithm) =>
      inTurn(async () => {
        const content = (await read(path)) ?? (await create(path, await generateKeys(algorithm, true)));
        return importKeys(content.key);
      }),
    known: (who) => inTurn(async () => (await read(path))?.known.get(who) ?? null),
    remember: (who, player, replaces = false) =>
      inTurn(async () => {
        const all = (await read(path))?.known;
        const known = all?.get(who);
        if (known !== undefined && !replaces) return known;
        if (known !== undefined || (all?.size ?? 0) < MOST_KNOWN) await change((map) => map.set(who, player));
        return player;
      }),
    all: () => inTurn(async () => (await read(path))?.known ?? new Map<string, KnownPlayer>()),
    forget: (who) => inTurn(() => change((map) => map.delete(who))),
  };
}

async function read(path: string): Promise<Content | null> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw thrown;
  }
  const { key, known } = JSON.parse(text) as { key?: JsonWebKey; known?: object };
  if (readPublicKey(key) === null || typeof key?.d !== 'string') throw new Error('it holds no key');
  const players = Object.entries(known ?? {}).flatMap(([who, value]) => {
    const player = readKnown(value);
    return player === null ? [] : [[who, player] as const];
  });
  return { key, known: new Map(players) };
}

/** Of two programs that begin at once, one is first; both have its key. */
async function create(path: string, keys: CryptoKeyPair): Promise<Content> {
  const { d } = await crypto.subtle.exportKey('jwk', keys.privateKey);
  const made: Content = {
    key: { ...(await exportPublicKey(keys.publicKey)), ...(d !== undefined && { d }) },
    known: new Map(),
  };
  const draft = await write(path, made);
  try {
    await link(draft, path);
    return made;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw thrown;
    return (await read(path)) ?? made;
  } finally {
    await unlink(draft);
  }
}

async function replace(path: string, content: Content): Promise<void> {
  await rename(await write(path, content), path);
}

/** Beside the file, so that it can take its place. */
async function write(path: string, { key, known }: Content): Promise<string> {
  const draft = `${path}.${randomUUID()}`;
  const text = `${JSON.stringify({ key, known: Object.fromEntries(known) }, null, 2)}\n`;
  await writeFile(draft, text, { mode: ONLY_OWNER, flag: 'wx' });
  // The mask of the process takes rights away, and never gives some; on some file systems nothing does.
  await chmod(draft, ONLY_OWNER);
  return draft;
}
