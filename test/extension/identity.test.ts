import { afterEach, describe, expect, it, vi } from 'vitest';
import { Err, ManualClock, type PeerIdentity } from '../../src/index.js';
import { recordErrors } from '../core/support/errors.js';
import { FakeBackEnd, OFFER, Stand } from '../support/fake-extension.js';
import { LoopbackPair, type Tamper } from './support/pair-of.js';
import { PlainProvider } from './support/plain-provider.js';

const errors = recordErrors();
const PATIENT = { timeout: 60_000, interval: 2 };
vi.setConfig({ testTimeout: 60_000 });
const LINE = /^a=identity:(\S+)\r$/gm;
const EVIL = 'AB:'.repeat(31).concat('AB');

let pair: LoopbackPair;
const made = (tamper?: Tamper): LoopbackPair => {
  pair = new LoopbackPair(tamper);
  return pair;
};
const identities = (side: 'a' | 'b'): string[] => pair[side].signals.filter((text) => text.startsWith('identity_'));
const results = (side: 'a' | 'b'): [Err, PeerIdentity | null][] => {
  const heard: [Err, PeerIdentity | null][] = [];
  pair[side].connection.identity_result.connect((error, identity) => void heard.push([error, identity]));
  return heard;
};
const linesOf = (sdp: string | undefined): number => [...(sdp ?? '').matchAll(LINE)].length;
const decode = (sdp: string | undefined): { idp: object; assertion: string } =>
  JSON.parse(atob([...(sdp ?? '').matchAll(LINE)][0]?.[1] ?? '')) as never;

afterEach(() => pair?.close());

describe('R-057 setIdentityProvider', () => {
  it('S3-35 S3-61 S3-42 gives OK, and one negotiation_needed with the next poll', () => {
    const stand = new Stand();
    expect(stand.connection.setIdentityProvider(new PlainProvider('Ann'))).toBe(Err.OK);
    expect([stand.poll(), stand.poll()]).toEqual([['negotiation_needed'], []]);
  });

  it('waits with it until the signaling state is stable', async () => {
    const stand = new Stand().offered();
    stand.connection.setIdentityProvider(new PlainProvider('Ann'));
    expect(stand.poll(2)).toEqual([]);
    stand.connection.setRemoteDescription('answer', 'v=0\r\n');
    await expect.poll(() => stand.poll(), PATIENT).toContain('negotiation_needed');
  });

  it('S3-64 C-34 without one no description has a line, and there is nobody to ask', async () => {
    await made().settle();
    for (const { connection } of pair.sides) {
      expect(linesOf(connection.getLocalDescription()?.sdp)).toBe(0);
      expect(connection.requestIdentityAssertion()).toBe(Err.ERR_UNCONFIGURED);
      expect([connection.getPeerIdentity(), connection.getIdentityError()]).toEqual([null, null]);
    }
    expect([identities('a'), identities('b')]).toEqual([[], []]);
    expect(errors.splice(0)).toHaveLength(2);
  });

  it.each([{}, { domain: 'x' }, 'example.org', 7])('refuses %j, which is no provider', (provider) => {
    const { connection } = new Stand();
    expect(connection.setIdentityProvider(provider as never)).toBe(Err.ERR_INVALID_PARAMETER);
    expect(errors.splice(0)).toHaveLength(1);
  });

  it('R-031 gives ERR_UNCONFIGURED once the connection is closed', () => {
    const { connection } = new Stand();
    connection.close();
    expect(connection.setIdentityProvider(new PlainProvider('Ann'))).toBe(Err.ERR_UNCONFIGURED);
  });

  it('null: from now on nobody is asked any more', async () => {
    made().a.connection.setIdentityProvider(new PlainProvider('Ann'));
    pair.a.connection.setIdentityProvider(null);
    await pair.settle();
    expect(linesOf(pair.a.connection.getLocalDescription()?.sdp)).toBe(0);
    expect(pair.a.connection.requestIdentityAssertion()).toBe(Err.ERR_UNCONFIGURED);
    expect(errors.splice(0)).toHaveLength(1);
  });
});

describe('R-058 with a provider', () => {
  it('S3-37 a description has one line, which covers its fingerprints, and is not handed to the back end', async () => {
    const handed: string[] = [];
    const network = new FakeBackEnd();
    network.during._setLocalDescription = ({ calls }) => void handed.push(calls.at(-1) ?? '');
    const provider = new PlainProvider('Ann');
    const stand = new Stand();
    stand.connection.setIdentityProvider(provider, { usernameHint: 'ann' });
    stand.open();
    stand.connection.createOffer();
    const created = OFFER.replace('m=', `a=fingerprint:sha-256 ${EVIL}\r\nm=`);
    stand.fake.report.sessionDescriptionCreated('offer', created);
    await expect.poll(() => stand.poll().filter((text) => text.startsWith('session_')), PATIENT).toHaveLength(1);
    const sdp = stand.signals
      .find((text) => text.startsWith('session_'))
      ?.slice('session_description_created offer '.length);
    expect(linesOf(sdp)).toBe(1);
    expect(sdp?.indexOf('a=identity:')).toBeLessThan(sdp?.indexOf('m=') as number);
    const { idp, assertion } = decode(sdp);
    expect(idp).toEqual({ domain: 'example.org', protocol: 'default' });
    expect(JSON.parse((JSON.parse(assertion) as { contents: string }).contents)).toEqual({
      fingerprint: [{ algorithm: 'sha-256', digest: EVIL }],
    });
    expect(provider.asked).toEqual(['generate offer ann']);
    expect(stand.callsOf(() => stand.connection.setLocalDescription('offer', sdp ?? ''))).toEqual([
      `_setLocalDescription offer ${created}`,
    ]);
    expect(stand.connection.getLocalDescription()?.sdp).toBe(sdp);
  });

  it.each(['a=identity:x', ' a=identity:x', 'A=IDENTITY:x', 'a = identity:x y', 'a=identity'])(
    'of the other side the line %j does not go down either',
    (line) => {
      const stand = new Stand();
      const calls = stand.callsOf(() =>
        stand.connection.setRemoteDescription('offer', `${OFFER}${line}\r\na=after\r\n`),
      );
      expect(calls[0]).toBe(`_setRemoteDescription offer ${OFFER}a=after\r\n`);
    },
  );

  it('the candidates of the round wait for it', async () => {
    const stand = new Stand();
    stand.connection.setIdentityProvider(new PlainProvider('Ann'));
    stand.open();
    stand.connection.createOffer();
    stand.fake.report.sessionDescriptionCreated('offer', OFFER);
    stand.fake.report.iceCandidateCreated('data', 0, 'candidate:1 1 UDP 1 127.0.0.1 1 typ host');
    await expect.poll(() => stand.poll().join(), PATIENT).toContain('session_description_created');
    expect(stand.signals.join()).not.toContain('ice_candidate_created');
  });
});

describe('R-059 a provider that does not vouch', () => {
  const offering = async (provider: PlainProvider, clock = new ManualClock()): Promise<Stand> => {
    const stand = new Stand();
    stand.connection.setIdentityProvider(provider, { clock });
    stand.open();
    stand.connection.createOffer();
    stand.fake.report.sessionDescriptionCreated('offer', OFFER);
    stand.poll();
    await expect.poll(() => provider.asked.length, PATIENT).toBe(1);
    return stand;
  };

  it.each([
    ['rejects', () => Promise.reject(new Error('no'))],
    ['gives nothing', () => Promise.resolve('')],
    ['gives something else', () => Promise.resolve(7 as never)],
    ['gives far too much', () => Promise.resolve('x'.repeat(20_000))],
    [
      'throws',
      () => {
        throw new Error('no');
      },
    ],
  ])('%s: error_occurred, and no description', async (_how, generates) => {
    const provider = new PlainProvider('Ann');
    provider.generates = generates;
    const stand = await offering(provider);
    await expect.poll(() => stand.poll().join(), PATIENT).toContain('error_occurred');
    expect(stand.signals.join()).not.toContain('session_description_created');
    expect(stand.connection.hasFailed()).toBe(true);
  });

  it('takes 5 s: the same, and what it says later is not listened to', async () => {
    const clock = new ManualClock();
    const provider = new PlainProvider('Ann');
    let answer: (assertion: string) => void = () => {};
    provider.generates = () =>
      new Promise((resolve) => {
        answer = resolve;
      });
    const stand = await offering(provider, clock);
    clock.advance(4999);
    expect(stand.poll(2).join()).not.toContain('error_occurred');
    clock.advance(1);
    expect(stand.poll(2).filter((text) => text.startsWith('error'))).toHaveLength(1);
    answer('late');
    await new Promise((resolve) => setImmediate(resolve));
    expect(stand.poll(3)).toEqual([]);
    expect(stand.signals.join()).not.toContain('session_description_created');
  });
});

describe('R-060 who the other side is', () => {
  const both = (): [PlainProvider, PlainProvider] => {
    const providers: [PlainProvider, PlainProvider] = [new PlainProvider('Ann'), new PlainProvider('Bob')];
    pair.a.connection.setIdentityProvider(providers[0]);
    pair.b.connection.setIdentityProvider(providers[1]);
    return providers;
  };

  it('S3-17 S3-22 S3-41 S3-63 is told once, before anything else that comes of its description', async () => {
    made();
    both();
    const told = [results('a'), results('b')];
    expect([pair.a.connection.getPeerIdentity(), pair.b.connection.getPeerIdentity()]).toEqual([null, null]);
    await pair.settle();
    expect(told).toEqual([
      [[Err.OK, { idp: 'example.org', name: 'Bob' }]],
      [[Err.OK, { idp: 'example.org', name: 'Ann' }]],
    ]);
    expect(pair.a.connection.getPeerIdentity()).toEqual({ idp: 'example.org', name: 'Bob' });
    for (const { signals } of pair.sides) {
      const at = (start: string): number => signals.findIndex((text) => text.startsWith(start));
      expect(at('identity_result')).toBeLessThan(at('connected'));
    }
  });

  it('an answer is vouched for when its offer was looked at', async () => {
    made();
    const [, bob] = both();
    await pair.settle();
    expect(bob.asked).toEqual(['validate', 'generate answer']);
  });

  it('another fingerprint than the one it speaks of gives ERR_UNAUTHORIZED, and nobody', async () => {
    made((_type, sdp) => sdp.replace(/(a=fingerprint:sha-256 )\S+/, `$1${EVIL}`));
    both();
    const told = [results('a'), results('b')];
    await pair.settle();
    expect(told).toEqual([[[Err.ERR_UNAUTHORIZED, null]], [[Err.ERR_UNAUTHORIZED, null]]]);
    for (const { connection } of pair.sides) {
      expect([connection.getPeerIdentity(), connection.getIdentityError()?.reason]).toEqual([
        null,
        'fingerprint_mismatch',
      ]);
    }
  });

  it.each([
    ['a second one', (sdp: string) => sdp.replace('t=0 0', `t=0 0\r\na=fingerprint:sha-256 ${EVIL}`)],
    ['one in a form of its own', (sdp: string) => `${sdp} a=fingerprint:sha-256 ${EVIL}\r\n`],
    ['one behind a bare CR', (sdp: string) => `${sdp}a=x\ra=fingerprint:sha-256 ${EVIL}\r\n`],
    ['one with blanks', (sdp: string) => `${sdp}a = fingerprint:sha-256  ${EVIL}\r\n`],
    ['none at all', (sdp: string) => sdp.replace(/a=fingerprint:.*\r\n/, '')],
  ])('%s is not covered', async (_what, change) => {
    made((_type, sdp) => change(sdp));
    both();
    await pair.settle();
    expect(pair.b.connection.getIdentityError()?.reason).toBe('fingerprint_mismatch');
    expect(pair.b.connection.getPeerIdentity()).toBe(null);
  });

  it('of another domain or protocol gives ERR_UNAVAILABLE', async () => {
    made().a.connection.setIdentityProvider(new PlainProvider('Ann', 'elsewhere.example'));
    pair.b.connection.setIdentityProvider(new PlainProvider('Bob'));
    const told = results('b');
    await pair.settle();
    expect(told).toEqual([[Err.ERR_UNAVAILABLE, null]]);
    expect(pair.b.connection.getIdentityError()?.reason).toBe('no_provider');
  });

  it('where no provider was set at all, too', async () => {
    made().a.connection.setIdentityProvider(new PlainProvider('Ann'));
    const told = results('b');
    await pair.settle();
    expect(told).toEqual([[Err.ERR_UNAVAILABLE, null]]);
  });

  it.each([
    ['says null', () => Promise.resolve(null)],
    ['rejects', () => Promise.reject(new Error('no'))],
    ['gives half of it', () => Promise.resolve({ name: 'Ann' } as never)],
    ['names nobody', () => Promise.resolve({ name: '', contents: '{}' })],
  ])('a provider that %s: ERR_UNAUTHORIZED', async (_how, validates) => {
    made();
    const [, bob] = both();
    bob.validates = validates;
    const told = results('b');
    await pair.settle();
    expect(told).toEqual([[Err.ERR_UNAUTHORIZED, null]]);
    expect(pair.b.connection.getIdentityError()?.reason).toBe('invalid');
  });

  it('one that takes 5 s: the same, and meanwhile nothing of the other side is told or readable', async () => {
    const clock = new ManualClock();
    made();
    const [, bob] = both();
    pair.b.connection.setIdentityProvider(bob, { clock });
    bob.validates = () => new Promise(() => {});
    const told = results('b');
    const channel = pair.b.connection.createDataChannel('side', { negotiated: true, id: 5 });
    pair.a.connection.createOffer();
    await pair.until(() => bob.asked.length === 1);
    clock.advance(4999);
    await pair.rest();
    expect(told).toEqual([]);
    expect([pair.b.signals.filter((text) => /^(session|data|connected)/.test(text)), channel?.getReadyState()]).toEqual(
      [[], 0],
    );
    clock.advance(1);
    pair.poll();
    expect(told).toEqual([[Err.ERR_UNAUTHORIZED, null]]);
    expect(pair.b.connection.getIdentityError()?.reason).toBe('timeout');
  });

  it('once proven it stays: a later description of somebody else closes the connection', async () => {
    let isLater = false;
    made((_type, sdp, from) =>
      isLater && from === 'a' ? sdp.replace(/(a=fingerprint:sha-256 )\S+/, `$1${EVIL}`) : sdp,
    );
    both();
    const told = results('b');
    await pair.settle();
    isLater = true;
    pair.a.connection.createOffer({ renegotiate: true });
    await pair.until(() => pair.b.connection.getConnectionState() === 5);
    expect(told.map(([error]) => error)).toEqual([Err.OK, Err.ERR_UNAUTHORIZED]);
    expect(pair.b.connection.getPeerIdentity()).toBe(null);
  });

  it('a later description that is as before in what was signed needs no line', async () => {
    let isLater = false;
    made((_type, sdp) => (isLater ? sdp.replace(/a=identity:.*\r\n/, '') : sdp));
    both();
    await pair.settle();
    isLater = true;
    pair.a.connection.createOffer({ renegotiate: true });
    await pair.rest();
    for (const side of pair.sides) {
      expect(side.connection.isPeerConnected()).toBe(true);
      expect(side.signals.filter((text) => text.startsWith('identity_result'))).toHaveLength(1);
    }
  });

  it('a new life knows nobody', async () => {
    made();
    both();
    await pair.settle();
    pair.a.connection.initialize();
    expect(pair.a.connection.getPeerIdentity()).toBe(null);
  });
});

describe('R-061 options.peerIdentity', () => {
  it.each([
    ['somebody else', 'Carol', true],
    ['nobody', 'Ann', false],
  ])('%s: ERR_UNAUTHORIZED, and the connection closes', async (_who, peerIdentity, speaks) => {
    made();
    if (speaks) pair.a.connection.setIdentityProvider(new PlainProvider('Ann'));
    pair.b.connection.setIdentityProvider(new PlainProvider('Bob'), { peerIdentity });
    const told = results('b');
    await pair.settle();
    expect(told).toEqual([[Err.ERR_UNAUTHORIZED, null]]);
    const { connection } = pair.b;
    expect([connection.getConnectionState(), connection.getSignalingState()]).toEqual([5, 5]);
    expect(connection.getIdentityError()?.reason).toBe(speaks ? 'wrong_identity' : 'missing');
    expect(pair.b.signals.slice(-2)).toEqual(['connection_state_changed 5', 'signaling_state_changed 5']);
    expect(pair.b.signals.join()).not.toContain('session_description_created');
  });

  it('the right one: it goes on', async () => {
    made().a.connection.setIdentityProvider(new PlainProvider('Ann'));
    pair.b.connection.setIdentityProvider(new PlainProvider('Bob'), { peerIdentity: 'Ann' });
    await pair.settle();
    expect(pair.b.connection.getPeerIdentity()?.name).toBe('Ann');
  });

  it('required: anybody, but not nobody', async () => {
    made().b.connection.setIdentityProvider(new PlainProvider('Bob'), { required: true });
    await pair.settle();
    expect(pair.b.connection.getIdentityError()?.reason).toBe('missing');
    pair.close();
    made().a.connection.setIdentityProvider(new PlainProvider('Ann'));
    pair.b.connection.setIdentityProvider(new PlainProvider('Bob'), { required: true });
    await pair.settle();
    expect(pair.b.connection.isPeerConnected()).toBe(true);
  });

  it('without it a description that says nothing gives no identity_result', async () => {
    made().b.connection.setIdentityProvider(new PlainProvider('Bob'));
    await pair.settle();
    expect(identities('b')).toEqual([]);
    expect([pair.b.connection.isPeerConnected(), pair.b.connection.getPeerIdentity()]).toEqual([true, null]);
  });
});

describe('requestIdentityAssertion', () => {
  it('S3-32 gives the assertion of the own description, before and after that was made', async () => {
    const asserted: string[] = [];
    made().a.connection.setIdentityProvider(new PlainProvider('Ann'));
    pair.a.connection.identity_assertion_created.connect((assertion) => void asserted.push(assertion));
    expect(pair.a.connection.requestIdentityAssertion()).toBe(Err.OK);
    await pair.rest();
    expect(asserted).toEqual([]);
    await pair.settle();
    expect(asserted).toEqual([[...(pair.a.connection.getLocalDescription()?.sdp ?? '').matchAll(LINE)][0]?.[1]]);
    expect(pair.a.connection.requestIdentityAssertion()).toBe(Err.OK);
    await pair.until(() => asserted.length === 2);
    expect(asserted[1]).toBe(asserted[0]);
  });

  it('tells by error_occurred when the provider fails', async () => {
    const ann = new PlainProvider('Ann');
    made().a.connection.setIdentityProvider(ann);
    await pair.settle();
    ann.generates = () => Promise.reject(new Error('no'));
    pair.a.connection.requestIdentityAssertion();
    await pair.until(() => pair.a.signals.some((text) => text.startsWith('error_occurred')));
    expect(pair.a.connection.isPeerConnected()).toBe(true);
  });
});
