import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PlayerIdentity } from 'scenewire/identity';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inRoot } from '../../../scripts/lib/paths.js';
import { MOST_KNOWN, memoryStore } from '../../../src/media/identity/identity-store.js';
import { openStore } from '../../../src/media/identity/node/file-store.js';
import { Encounter, player } from './support/meeting.js';

let folder = '';
let path = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'identity-'));
  path = join(folder, 'player.json');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe.each(['EdDSA', 'ES256'] as const)('a key of the kind %s in a file', (algorithm) => {
  it('is made once, readable by its owner alone, and signs after a restart', async () => {
    const first = await PlayerIdentity.load({ store: path, algorithm });
    const again = await PlayerIdentity.load({ store: path });
    expect(again.fingerprint).toBe(first.fingerprint);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(['player.json']);
    await expect(new Encounter(again, await player()).heardByB()).resolves.toMatchObject({ name: first.fingerprint });
    expect((await openStore(path).keys(undefined)).privateKey.extractable).toBe(false);
  });

  it('stays readable by its owner alone when the others are written into it', async () => {
    const [ann, bob] = [await PlayerIdentity.load({ store: path, algorithm }), await player({ name: 'Bob' })];
    await new Encounter(bob, ann).heardByB();
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const again = await PlayerIdentity.load({ store: path });
    expect([...(await again.known()).keys()].sort()).toEqual([`key ${bob.fingerprint}`, 'name Bob']);
    await again.forget('name Bob');
    expect([...(await again.known()).keys()]).toEqual([`key ${bob.fingerprint}`]);
    expect(await readdir(folder)).toEqual(['player.json']);
  });
});

describe('a file', () => {
  it('that two programs make at the same time has one key, and both have it', async () => {
    const program = `
      import { PlayerIdentity } from 'scenewire/identity';
      console.log((await PlayerIdentity.load({ store: ${JSON.stringify(path)} })).fingerprint);`;
    await mkdir(inRoot('.cache'), { recursive: true });
    const script = inRoot(`.cache/identity-${process.pid}.ts`);
    await writeFile(script, program);
    try {
      const run = promisify(execFile);
      const all = await Promise.all([1, 2, 3].map(() => run(process.execPath, ['--import', 'tsx', script])));
      expect(new Set(all.map(({ stdout }) => stdout.trim())).size).toBe(1);
    } finally {
      await rm(script, { force: true });
    }
    expect(await readdir(folder)).toEqual(['player.json']);
  });

  it.each(['', 'no JSON', '{}', '{"key":{"kty":"oct","k":"AAAA"}}', 'null'])(
    'that holds %j is no store, and is left as it is',
    async (text) => {
      await writeFile(path, text);
      await expect(PlayerIdentity.load({ store: path })).rejects.toMatchObject({ reason: 'no_store' });
      expect(await readFile(path, 'utf8')).toBe(text);
    },
  );

  it('that cannot be written is no store either', async () => {
    await expect(PlayerIdentity.load({ store: join(folder, 'none', 'x.json') })).rejects.toMatchObject({
      name: 'IdentityError',
      reason: 'no_store',
    });
  });

  it('keeps what others are called, whatever that is', async () => {
    const store = openStore(path);
    await store.keys('EdDSA');
    await chmod(path, 0o600);
    const odd = { key: 'k', since: 1 };
    for (const who of ['__proto__', 'constructor', '']) await store.remember(who, odd);
    expect([...(await openStore(path).all()).keys()].sort()).toEqual(['', '__proto__', 'constructor']);
  });
});

describe.each(['memory', 'file'])('a store in %s', (kind) => {
  const opened = async () => {
    const store = kind === 'memory' ? memoryStore() : openStore(path);
    await store.keys(undefined);
    return store;
  };

  it('keeps whom it has, unless it is told otherwise', async () => {
    const store = await opened();
    const [one, other] = [
      { key: 'one', since: 1 },
      { key: 'other', since: 2, account: 'a' },
    ];
    expect(await store.remember('x', one)).toEqual(one);
    expect(await store.remember('x', other)).toEqual(one);
    expect(await store.known('x')).toEqual(one);
    expect(await store.remember('x', other, true)).toEqual(other);
    expect(await store.known('x')).toEqual(other);
    await store.forget('x');
    expect(await store.known('x')).toBe(null);
  });

  it('forgets nobody for strangers', async () => {
    const store = await opened();
    if (kind === 'file') {
      const content = JSON.parse(await readFile(path, 'utf8')) as { known: object };
      const known = Object.fromEntries(
        Array.from({ length: MOST_KNOWN }, (_, at) => [`n ${at}`, { key: 'k', since: 1 }]),
      );
      await writeFile(path, JSON.stringify({ ...content, known }));
    } else {
      for (let at = 0; at < MOST_KNOWN; at += 1) await store.remember(`n ${at}`, { key: 'k', since: 1 });
    }
    await store.remember('stranger', { key: 's', since: 1 });
    expect([await store.known('stranger'), (await store.all()).size]).toEqual([null, MOST_KNOWN]);
    await store.remember('n 7', { key: 'new', since: 2 }, true);
    expect((await store.known('n 7'))?.key).toBe('new');
  });
});
