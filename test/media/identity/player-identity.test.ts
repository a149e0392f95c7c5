import { IdentityError } from 'scenewire';
import { memoryStore, readChallenge } from 'scenewire/identity';
import { describe, expect, it, vi } from 'vitest';
import { Dice } from '../../support/fuzz/dice.js';
import { mutate } from '../../support/fuzz/mutate.js';
import { TestAccounts } from './support/account-server.js';
import { bodyOf, CONTENTS, Encounter, edited, player, proofOf, ROOM } from './support/meeting.js';

const MINUTE = 60_000;
const refused = (reason: string): object => ({ name: 'IdentityError', reason });

describe.each(['EdDSA', 'ES256'] as const)('a player with a key for %s', (algorithm) => {
  it('is the same player with the same store, by a hash of 43 characters', async () => {
    const store = memoryStore();
    const [first, again, other] = [
      await player({ store, algorithm }),
      await player({ store, algorithm }),
      await player({ algorithm }),
    ];
    expect(first.fingerprint).toMatch(/^[\w-]{43}$/);
    expect(again.fingerprint).toBe(first.fingerprint);
    expect(other.fingerprint).not.toBe(first.fingerprint);
    expect(Object.keys(first.publicKey).sort()).toEqual(
      algorithm === 'EdDSA' ? ['crv', 'kty', 'x'] : ['crv', 'kty', 'x', 'y'],
    );
  });

  it('and another recognize each other, with the contents as they were', async () => {
    const [ann, bob] = [await player({ algorithm, name: 'Ann' }), await player({ name: 'Bob' })];
    const encounter = new Encounter(ann, bob);
    const heard = await encounter.heardByB();
    expect(heard).toMatchObject({ name: ann.fingerprint, contents: CONTENTS });
    expect(proofOf(heard)).toEqual({ by: 'first-use', key: ann.fingerprint, name: 'Ann' });
    expect(proofOf(await encounter.heardByA())).toMatchObject({ key: bob.fingerprint, name: 'Bob' });
  });

  it('cannot be passed for: what is edited, or signed by another key, is invalid', async () => {
    const [ann, bob, eve] = [await player({ algorithm }), await player(), await player({ algorithm })];
    const offer = await new Encounter(ann, bob).offer();
    const byEve = await new Encounter(eve, bob).offer();
    const [, , signatureOfEve] = byEve.split('.');
    const forged = [
      edited(offer, {}, { contents: '{}' }),
      edited(offer, {}, { room: 'OTHER' }),
      edited(byEve, { jwk: ann.publicKey }),
      `${offer.split('.').slice(0, 2).join('.')}.${signatureOfEve}`,
      edited(offer, { alg: algorithm === 'EdDSA' ? 'ES256' : 'EdDSA' }),
      edited(offer, { alg: 'none' }),
      edited(offer, { alg: 'HS256' }),
      edited(offer, { typ: 'JWT' }),
      edited(offer, { crit: ['x'] }),
    ];
    for (const statement of forged) {
      await expect(new Encounter(ann, bob).heardByB(statement)).rejects.toMatchObject(refused('invalid'));
    }
  });
});

describe('an assertion', () => {
  it.each([
    ['expired', 2 + 5 + 0.1],
    ['not_yet_valid', -5.1],
  ])('is refused as %s by a clock that is off by %d minutes', async (reason, minutes) => {
    const [ann, bob] = [await player(), await player({ now: () => Date.now() + minutes * MINUTE })];
    await expect(new Encounter(ann, bob).heardByB()).rejects.toMatchObject(refused(reason));
  });

  it.each([5, -4.9, 0])('is taken with clocks that differ by %d minutes', async (minutes) => {
    const [ann, bob] = [await player(), await player({ now: () => Date.now() + minutes * MINUTE })];
    const encounter = new Encounter(ann, bob);
    await expect(encounter.heardByB()).resolves.toBeTruthy();
    await expect(encounter.heardByA()).resolves.toBeTruthy();
  });

  it('is taken once: a replayed offer is refused, also on another connection', async () => {
    const [ann, bob] = [await player(), await player()];
    const encounter = new Encounter(ann, bob);
    const offer = await encounter.offer();
    await encounter.heardByB(offer);
    await expect(encounter.heardByB(offer)).rejects.toMatchObject(refused('replayed'));
    await expect(new Encounter(ann, bob).heardByB(offer)).rejects.toMatchObject(refused('replayed'));
  });

  it('that answers belongs to the last offer: an older answer, or one of nothing, is replayed', async () => {
    const [ann, bob] = [await player(), await player()];
    const encounter = new Encounter(ann, bob);
    await encounter.heardByB();
    const answer = await encounter.answer();
    await encounter.heardByB(await encounter.offer());
    await expect(encounter.heardByA(answer)).rejects.toMatchObject(refused('replayed'));
    const deaf = new Encounter(ann, bob);
    await deaf.offer();
    // The lobby has taken the line out of the offer, so that B does not know whom it answers.
    await expect(deaf.heardByA(await deaf.answer())).rejects.toMatchObject(refused('replayed'));
  });

  it('that answers is no offer', async () => {
    const [ann, bob] = [await player(), await player()];
    const encounter = new Encounter(ann, bob);
    await encounter.heardByB();
    const back = new Encounter(bob, ann, { self: 2, peer: 1 }, { self: 1, peer: 2 });
    await expect(back.heardByB(await encounter.answer())).rejects.toMatchObject(refused('replayed'));
  });

  it('RFC 8844 that answers names who offered: whoever puts his own name to an offer is found out by who made it', async () => {
    const [ann, bob, eve] = [await player(), await player(), await player()];
    const encounter = new Encounter(ann, bob);
    const { contents, jti } = bodyOf(await encounter.offer());
    // Ann's fingerprints and Ann's nonce, signed by Eve, whom Bob believes to meet.
    const provider = eve.providerFor({ room: ROOM, self: 1, peer: 2 });
    const random = vi.spyOn(crypto, 'getRandomValues').mockImplementationOnce((bytes) => {
      (bytes as Uint8Array).set(Buffer.from(jti as string, 'base64url'));
      return bytes;
    });
    const byEve = await provider.generateAssertion(contents as string, '', { type: 'offer' });
    random.mockRestore();
    expect(bodyOf(byEve)).toMatchObject({ jti, contents });
    expect((await encounter.heardByB(byEve)).name).toBe(eve.fingerprint);
    await expect(encounter.heardByA()).rejects.toMatchObject(refused('wrong_meeting'));
  });

  it('whose nonce somebody else has used before is taken: nobody can use it up', async () => {
    const [ann, bob, eve] = [await player(), await player(), await player()];
    const encounter = new Encounter(ann, bob);
    const offer = await encounter.offer();
    const random = vi.spyOn(crypto, 'getRandomValues').mockImplementationOnce((bytes) => {
      (bytes as Uint8Array).set(Buffer.from(bodyOf(offer).jti as string, 'base64url'));
      return bytes;
    });
    await new Encounter(eve, bob).heardByB();
    random.mockRestore();
    await expect(encounter.heardByB(offer)).resolves.toMatchObject({ name: ann.fingerprint });
  });

  it.each([
    ['another room', { room: 'OTHER' }, {}],
    ['another sender', { self: 3 }, {}],
    ['another receiver', { peer: 3 }, {}],
    ['the way back', { self: 2, peer: 1 }, {}],
  ])('for %s is refused as wrong_meeting', async (_what, ofA, ofB) => {
    const [ann, bob] = [await player(), await player()];
    await expect(new Encounter(ann, bob, ofA, ofB).heardByB()).rejects.toMatchObject(refused('wrong_meeting'));
  });

  it('of another game is invalid', async () => {
    const [ann, bob] = [await player({ domain: 'other.example' }), await player()];
    await expect(new Encounter(ann, bob).heardByB()).rejects.toMatchObject(refused('invalid'));
  });

  it('with anything in it is refused, with a reason', async () => {
    const [ann, bob] = [await player({ name: 'Ann' }), await player()];
    const encounter = new Encounter(ann, bob);
    const dice = new Dice(7, 61);
    for (let count = 0; count < 400; count += 1) {
      const statement = await encounter.offer();
      const changed = mutate(statement, dice);
      if (changed === statement) continue;
      const outcome = await encounter.heardByB(changed).catch((thrown: unknown) => thrown);
      expect(outcome, changed.slice(0, 2000)).toBeInstanceOf(IdentityError);
    }
  });

  it.each([
    '',
    'x',
    'a.b.c',
    '..',
    'e30.e30.e30',
    `${'A'.repeat(20_000)}.A.A`,
    `${btoa('{"typ":"player+jwt","jwk":{"kty":"OKP","crv":"Ed25519","x":"__proto__"}}').replace(/=+$/, '')}.e30.AAAA`,
    `${btoa(`{"typ":"player+jwt","alg":"EdDSA","jwk":{"kty":"OKP","crv":"Ed25519","x":"${'A'.repeat(43)}"}}`).replace(/=+$/, '')}.e30.AAAA`,
    `${btoa(`{"typ":"player+jwt","alg":"ES256","jwk":{"kty":"EC","crv":"P-256","x":"${'A'.repeat(43)}","y":"${'A'.repeat(43)}"}}`).replace(/=+$/, '')}.e30.AAAA`,
    `${btoa('[]')}.${btoa('null')}.AAAA`,
  ])('of garbage is invalid: %.40s', async (garbage) => {
    const [ann, bob] = [await player(), await player()];
    await expect(new Encounter(ann, bob).heardByB(garbage)).rejects.toMatchObject(refused('invalid'));
  });
});

describe('known players', () => {
  it('are recognized by their key, and by the account it belonged to', async () => {
    const accounts = new TestAccounts();
    const ann = await player({ name: 'Ann' });
    const store = memoryStore();
    const bob = await player({ store, accounts: accounts.server });
    // With the account server's word first, later without it.
    const keys = memoryStore();
    const first = await player({ store: keys });
    const token = accounts.token('ann@x', first.fingerprint);
    const introduced = await player({ store: keys, name: 'Ann', token });
    expect(proofOf(await new Encounter(introduced, bob).heardByB())).toMatchObject({ by: 'account', account: 'ann@x' });
    const silent = await player({ store: keys, name: 'Ann' });
    const heard = await new Encounter(silent, bob).heardByB();
    expect([heard.name, proofOf(heard)]).toEqual([
      'ann@x',
      { by: 'known', key: silent.fingerprint, account: 'ann@x', name: 'Ann' },
    ]);
    await expect(new Encounter(ann, bob).heardByB()).rejects.toMatchObject(refused('key_changed'));
  });

  it('another key under a name that is known is refused as key_changed, until it is forgotten', async () => {
    const [ann, eve, bob] = [await player({ name: 'Ann' }), await player({ name: 'Ann' }), await player()];
    await new Encounter(ann, bob).heardByB();
    await expect(new Encounter(eve, bob).heardByB()).rejects.toMatchObject(refused('key_changed'));
    expect(proofOf(await new Encounter(ann, bob).heardByB())?.by).toBe('known');
    expect([...(await bob.known()).keys()].sort()).toEqual([`key ${ann.fingerprint}`, 'name Ann']);
    await bob.forget('name Ann');
    expect(proofOf(await new Encounter(eve, bob).heardByB())?.by).toBe('first-use');
  });

  it('keep their key when they call themselves something else', async () => {
    const store = memoryStore();
    const [ann, annie, bob] = [
      await player({ store, name: 'Ann' }),
      await player({ store, name: 'Annie' }),
      await player(),
    ];
    await new Encounter(ann, bob).heardByB();
    expect(proofOf(await new Encounter(annie, bob).heardByB())).toMatchObject({ by: 'known', name: 'Annie' });
  });

  it('have names that are as they look', async () => {
    const family = '\u{1F468}\u200D\u{1F469}\u200D\u{1F467}';
    for (const name of ['Ann', 'Ann B.', family, '\u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645', 'x'.repeat(64)]) {
      expect(proofOf(await new Encounter(await player({ name }), await player()).heardByB())?.name).toBe(name);
    }
    const turned = ['\u202E', '\u2067', '\u061C', '\u200F'].map((sign) => `A${sign}nn`);
    const hidden = ['A\u200Bnn', 'Ann\uFEFFa', 'A\u2060nn', 'A\nnn', 'A\u2028nn', 'A\uD800'];
    const blank = [' ', ' Ann', 'Ann\u00A0', '\u200D', '\u200D \u3164', ''];
    for (const name of [...turned, ...hidden, ...blank, 'x'.repeat(65)]) {
      await expect(player({ name }), JSON.stringify(name)).rejects.toMatchObject(refused('failed'));
    }
  });

  it('with `require` nobody is believed at first use, and nobody remembered', async () => {
    const [ann, bob] = [await player(), await player({ policy: 'require' })];
    await expect(new Encounter(ann, bob).heardByB()).rejects.toMatchObject(refused('unknown_key'));
    expect((await bob.known()).size).toBe(0);
  });

  it('of two with one name at the same time, one is', async () => {
    const bob = await player();
    const strangers = await Promise.all([1, 2, 3, 4].map(() => player({ name: 'Ann' })));
    const results = await Promise.allSettled(strangers.map((stranger) => new Encounter(stranger, bob).heardByB()));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
});

describe('the key of an invitation', () => {
  it('vouches for who has it, and is remembered', async () => {
    const [ann, bob] = [await player(), await player({ policy: 'require' })];
    const invited = { key: ann.fingerprint };
    expect(proofOf(await new Encounter(ann, bob, {}, invited).heardByB())?.by).toBe('invitation');
    expect(proofOf(await new Encounter(ann, bob).heardByB())?.by).toBe('known');
  });

  it('is wanted whatever else is believed', async () => {
    const accounts = new TestAccounts();
    const keys = memoryStore();
    const { fingerprint } = await player({ store: keys });
    const eve = await player({ store: keys, token: accounts.token('eve', fingerprint) });
    const [ann, bob] = [await player(), await player({ policy: 'prefer', accounts: accounts.server })];
    const invited = { key: ann.fingerprint };
    await expect(new Encounter(eve, bob, {}, invited).heardByB()).rejects.toMatchObject(refused('wrong_key'));
  });
});

describe.each(['EdDSA', 'ES256'] as const)('a token of an account server with %s', (algorithm) => {
  const accounts = new TestAccounts(algorithm);
  const present = async (token: (key: string) => string, minutes = 0) => {
    const keys = memoryStore();
    const { fingerprint } = await player({ store: keys });
    const ann = await player({ store: keys, token: async () => token(fingerprint) });
    const bob = await player({ accounts: accounts.server, now: () => Date.now() + minutes * MINUTE });
    expect(bob.policy).toBe('require');
    // By the same clock: only the token is looked at with another one.
    const same = await player({ store: keys, token: token(fingerprint), now: () => Date.now() + minutes * MINUTE });
    return new Encounter(minutes === 0 ? ann : same, bob).heardByB();
  };

  it('vouches for the account and its key', async () => {
    const heard = await present((key) => accounts.token('ann@x', key, { level: 7 }));
    expect([heard.name, proofOf(heard)]).toMatchObject([
      'ann@x',
      { by: 'account', account: 'ann@x', claims: { level: 7 } },
    ]);
  });

  it('may name the key itself instead of its hash', async () => {
    const keys = memoryStore();
    const { publicKey } = await player({ store: keys });
    const ann = await player({ store: keys, token: accounts.token('ann@x', '', { cnf: { jwk: publicKey } }) });
    const bob = await player({
      accounts: { ...accounts.server, keys: async () => [{ kty: 'oct' }, accounts.server.keys as JsonWebKey] },
    });
    expect((await new Encounter(ann, bob).heardByB()).name).toBe('ann@x');
  });

  it.each([
    ['another key', (_key: string) => accounts.token('ann@x', 'A'.repeat(43))],
    ['no key', (key: string) => accounts.token('ann@x', key, { cnf: undefined })],
    ['another game', (key: string) => accounts.token('ann@x', key, { aud: 'chess' })],
    ['another issuer', (key: string) => accounts.token('ann@x', key, { iss: 'https://evil.example' })],
    ['another server', (key: string) => new TestAccounts(algorithm).token('ann@x', key)],
    ['nobody', (key: string) => accounts.token('', key)],
    ['another algorithm', (key: string) => accounts.token('ann@x', key, {}, { alg: 'HS256' })],
    ['another key of the server', (key: string) => accounts.token('ann@x', key, {}, { kid: '2' })],
    ['something critical', (key: string) => accounts.token('ann@x', key, {}, { crit: ['x'] })],
    ['something that is no token', () => 'token'],
  ])('for %s is refused as bad_token', async (_what, token) => {
    await expect(present(token)).rejects.toMatchObject(refused('bad_token'));
  });

  it('is checked with the keys that the server has by then, and with none when it gives none: that is told as failed', async () => {
    const [before, after] = [new TestAccounts(algorithm), new TestAccounts(algorithm)];
    let keys: () => Promise<JsonWebKey> = async () => before.server.keys as JsonWebKey;
    const bob = await player({ accounts: { ...before.server, keys: () => keys() } });
    const store = memoryStore();
    const { fingerprint } = await player({ store });
    const comes = async (token: string): Promise<unknown> =>
      new Encounter(await player({ store, token }), bob).heardByB();
    await expect(comes(before.token('ann@x', fingerprint))).resolves.toBeTruthy();
    await expect(comes(after.token('ann@x', fingerprint))).rejects.toMatchObject(refused('bad_token'));
    keys = async () => after.server.keys as JsonWebKey;
    await expect(comes(after.token('ann@x', fingerprint))).resolves.toBeTruthy();
    await expect(comes(before.token('ann@x', fingerprint))).rejects.toMatchObject(refused('bad_token'));
    keys = () => Promise.reject(new Error('offline'));
    await expect(comes(after.token('ann@x', fingerprint))).rejects.toMatchObject(refused('failed'));
  });

  const inSeconds = (minutes: number): number => Math.floor(Date.now() / 1000) + minutes * 60;

  it('that has expired, or is not valid yet, is refused; five minutes are nothing', async () => {
    const exp = inSeconds(-5.1);
    await expect(present((key) => accounts.token('a', key, { exp }))).rejects.toMatchObject(refused('expired'));
    await expect(present((key) => accounts.token('a', key, { exp: undefined }))).rejects.toMatchObject(
      refused('expired'),
    );
    const nbf = inSeconds(5.5);
    await expect(present((key) => accounts.token('a', key, { nbf }))).rejects.toMatchObject(refused('not_yet_valid'));
    await expect(
      present((key) => accounts.token('a', key, { exp: inSeconds(-4.8), nbf: inSeconds(4.8) })),
    ).resolves.toBeTruthy();
  });
});

describe('what an account server asks for', () => {
  it('is signed by the key, for that one challenge and for a minute', async () => {
    const ann = await player();
    const proof = await ann.proveKey('challenge 1');
    expect(await readChallenge(proof, 'challenge 1')).toBe(ann.fingerprint);
    expect(await readChallenge(proof, 'challenge 2')).toBe(null);
    expect(await readChallenge(proof, 'challenge 1', Date.now() + 7 * MINUTE)).toBe(null);
    expect(await readChallenge('garbage', 'challenge 1')).toBe(null);
    // Nor is an assertion a proof of it.
    expect(await readChallenge(await new Encounter(ann, ann).offer(), 'undefined')).toBe(null);
  });
});

describe('loading', () => {
  it('refuses names that would not be taken by others', async () => {
    for (const name of ['', 'x'.repeat(65), 'a\nb', 7 as never]) {
      await expect(player({ name })).rejects.toBeInstanceOf(IdentityError);
    }
  });

  it('refuses a domain that others could not read', async () => {
    await expect(player({ domain: 'no domain' })).rejects.toMatchObject(refused('failed'));
  });

  it('makes an ES256 key where Ed25519 is not known, and says so where that was wanted', async () => {
    const unknown = new DOMException('Unrecognized name.', 'NotSupportedError');
    const { generateKey, importKey } = crypto.subtle;
    const spies = [
      vi.spyOn(crypto.subtle, 'generateKey').mockImplementation((...all: unknown[]) => {
        const isKnown = (all[0] as Algorithm).name !== 'Ed25519';
        return isKnown ? Reflect.apply(generateKey, crypto.subtle, all) : Promise.reject(unknown);
      }),
      vi.spyOn(crypto.subtle, 'importKey').mockImplementation((...all: unknown[]) => {
        const isKnown = (all[2] as Algorithm).name !== 'Ed25519';
        return isKnown ? Reflect.apply(importKey, crypto.subtle, all) : Promise.reject(unknown);
      }),
    ];
    try {
      const old = await player();
      expect(old.publicKey.crv).toBe('P-256');
      await expect(player({ algorithm: 'EdDSA' })).rejects.toMatchObject(refused('unsupported'));
      spies[0]?.mockRestore();
      const encounter = new Encounter(await player({ algorithm: 'EdDSA' }), old);
      await expect(encounter.heardByB()).rejects.toMatchObject(refused('unsupported'));
      await expect(new Encounter(old, await player()).heardByB()).resolves.toMatchObject({ name: old.fingerprint });
    } finally {
      for (const spy of spies) spy.mockRestore();
    }
  });

  it('a token that cannot be got fails the assertion, and none at all does not', async () => {
    const failing = await player({ token: () => Promise.reject(new Error('offline')) });
    const without = await player({ token: () => undefined });
    const bob = await player();
    await expect(new Encounter(failing, bob).offer()).rejects.toThrow('offline');
    await expect(new Encounter(without, bob).heardByB()).resolves.toBeTruthy();
  });
});
