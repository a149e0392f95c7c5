import { describe, expect, it, vi } from 'vitest';
// Loaded on demand: by then it is there, however slow the machine is.
import '../../src/extension/identity-desk.js';
import {
  covers,
  fingerprintsOf,
  identityValues,
  readIdentity,
  withIdentity,
  writeContents,
  writeIdentity,
} from '../../src/extension/identity-line.js';
import { Err, type IdentityProvider } from '../../src/index.js';
import { recordErrors } from '../core/support/errors.js';
import { Stand } from '../support/fake-extension.js';
import { Dice } from '../support/fuzz/dice.js';
import { mutate } from '../support/fuzz/mutate.js';
import { SAMPLE_OFFERS } from '../support/fuzz/samples.js';

recordErrors();
vi.setConfig({ testTimeout: 60_000 });
const CASES = 900;

/** Takes everything for Ann that is whole. */
const ann: IdentityProvider = {
  domain: 'example.org',
  generateAssertion: async (contents) => contents,
  validateAssertion: async (assertion) => ({ name: 'Ann', contents: assertion }),
};
const lineFor = (sdp: string, domain = 'example.org'): string =>
  writeIdentity({ domain, protocol: 'default', assertion: writeContents(fingerprintsOf(sdp) ?? []) }) ?? '';
const signed = (sdp: string): string => withIdentity(sdp, lineFor(sdp));

/** What a strict connection makes of an offer: its state, and what it was told. */
async function given(sdp: string): Promise<{ refused: boolean; told: string[]; passed: string | undefined }> {
  const stand = new Stand();
  stand.connection.setIdentityProvider(ann, { required: true });
  const err = stand.connection.setRemoteDescription('offer', sdp);
  const passed = stand.fake.calls.find((call) => call.startsWith('_setRemoteDescription'));
  if (err !== Err.OK) return { refused: true, told: [], passed };
  await expect
    .poll(() => stand.poll().join() + stand.signals.join(), { timeout: 60_000, interval: 1 })
    .toContain('identity_result');
  const told = stand.signals.filter((text) => text.startsWith('identity_result'));
  stand.connection.close();
  return { refused: false, told, passed };
}

describe('a description by a stranger', () => {
  it('as it should be is believed', async () => {
    for (const sdp of SAMPLE_OFFERS.slice(0, 3)) {
      expect((await given(signed(sdp))).told).toEqual([expect.stringMatching(/^identity_result 0 /)]);
    }
  });

  it.each([1, 2, 3])(
    'R-068 R-060 with anything in it, is refused or unchanged in what was signed (seed %i)',
    async (seed) => {
      const dice = new Dice(seed, 57);
      let believed = 0;
      for (let count = 0; count < CASES / 3; count += 1) {
        const original = signed(dice.pick(SAMPLE_OFFERS.slice(0, 3)));
        const sdp = mutate(original, dice);
        const { refused, told, passed } = await given(sdp);
        expect(passed ?? '').not.toMatch(/^\s*a\s*=\s*identity\b/m);
        if (refused) continue;
        expect(told).toHaveLength(1);
        if (!told[0]?.startsWith('identity_result 0 ')) continue;
        believed += 1;
        const known = new Set((fingerprintsOf(original) ?? []).map(({ digest }) => digest));
        const found = fingerprintsOf(sdp) ?? [];
        expect(found.length > 0 && found.every(({ digest }) => known.has(digest)), sdp.slice(0, 4000)).toBe(true);
      }
      // Or nothing of it was looked at.
      expect(believed).toBeGreaterThan(10);
    },
    60_000,
  );

  const base = SAMPLE_OFFERS[0] as string;
  const value = lineFor(base);

  it.each([
    ['an empty line', ''],
    ['no base64', '!!!!'],
    ['base64 of no JSON', btoa('{')],
    ['base64 of no UTF-8', btoa('\xff\xfe')],
    ['of null', btoa('null')],
    ['of a list', btoa('[]')],
    ['without an idp', btoa('{"assertion":"x"}')],
    ['with an idp that is text', btoa('{"idp":"example.org","assertion":"x"}')],
    ['without an assertion', btoa('{"idp":{"domain":"example.org"}}')],
    ['with an assertion that is none', btoa('{"idp":{"domain":"example.org"},"assertion":{}}')],
    ['with a domain that is none', btoa('{"idp":{"domain":"exa mple"},"assertion":"x"}')],
    ['with a domain that is long', btoa(`{"idp":{"domain":"${'a'.repeat(254)}"},"assertion":"x"}`)],
    ['with an odd protocol', btoa('{"idp":{"domain":"example.org","protocol":"../x"},"assertion":"x"}')],
    ['with __proto__', btoa('{"__proto__":{"idp":{"domain":"example.org"},"assertion":"x"}}')],
    ['of 20 KB', 'A'.repeat(20_000)],
  ])('with %s is refused', async (_what, bad) => {
    expect(readIdentity(bad)).toBe(null);
    expect((await given(withIdentity(base, bad))).told).toEqual(['identity_result 4 null']);
  });

  it('with two lines is refused, whichever is right', async () => {
    const twice = withIdentity(withIdentity(base, value), value);
    expect(identityValues(twice)).toHaveLength(2);
    expect((await given(twice)).told).toEqual(['identity_result 4 null']);
  });

  it('with a line in a section has none', async () => {
    expect((await given(`${base}a=identity:${value}\r\n`)).told).toEqual(['identity_result 4 null']);
  });

  it('with a thousand domains costs as much as with two', async () => {
    const all = Array.from({ length: 150 }, (_, at) => `a=identity:${lineFor(base, `d${at}.example`)}\r\n`).join('');
    expect(identityValues(base.replace(/^m=/m, `${all}m=`))).toHaveLength(2);
    expect((await given(base.replace(/^m=/m, `${all}m=`))).told).toEqual(['identity_result 4 null']);
    // Those that are seen one after the other leave nothing behind.
    const stand = new Stand();
    stand.connection.setIdentityProvider(ann);
    for (let at = 0; at < 1000; at += 1) {
      stand.connection.initialize();
      stand.connection.setIdentityProvider(ann);
      stand.connection.setRemoteDescription('offer', withIdentity(base, lineFor(base, `d${at}.example`)));
    }
    await expect.poll(() => stand.poll().join(), { timeout: 60_000, interval: 1 }).toContain('identity_result 2 null');
  });

  it.each(['\r', ' ', 'a=', 'a = ', '\ra=identity', '\u2028', 'a=fingerprint:', 'a=identity:\r\n'])(
    'of %j over and over costs milliseconds',
    async (text) => {
      const before = process.cpuUsage();
      await given(`v=0\r\n${text.repeat(Math.floor(60_000 / text.length))}`);
      // Of the processor, which other programs may be using too.
      expect(process.cpuUsage(before).user / 1000).toBeLessThan(2000);
    },
  );

  it('of a megabyte is refused before anything is read', async () => {
    expect((await given(withIdentity(base, 'A'.repeat(1 << 20)))).refused).toBe(true);
  });
});

describe('contents of a stranger', () => {
  const one = [{ algorithm: 'sha-256', digest: 'AB' }];

  it.each([
    '',
    '{',
    'null',
    '[]',
    '{}',
    '{"fingerprint":null}',
    '{"fingerprint":[null,7,{}]}',
    '{"fingerprint":[{"algorithm":"sha-256"}]}',
    'x'.repeat(20_000),
  ])('that are %.40j cover nothing', (contents) => expect(covers(contents, one)).toBe(false));

  it('cover what they list, in any order and case, and nothing at all of a description without any', () => {
    const contents = '{"fingerprint":[{"algorithm":"sha-1","digest":"cd"},{"algorithm":"SHA-256","digest":"ab"}]}';
    expect([covers(contents, one), covers(contents, [])]).toEqual([true, false]);
    expect(covers('{"fingerprint":{"algorithm":"sha-256","digest":"AB"}}', one)).toBe(true);
    expect(covers(contents, [...one, { algorithm: 'sha-512', digest: 'AB' }])).toBe(false);
  });

  it('more fingerprints than any description has are none', () => {
    const many = Array.from({ length: 17 }, (_, at) => `a=fingerprint:sha-256 ${at}\r\n`).join('');
    expect(fingerprintsOf(many)).toBe(null);
  });
});
