import { Err, setErrorHandler, type WebRTCPeerConnection } from 'scenewire';
import { type PlayerIdentity, playerOf } from 'scenewire/identity';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LoopbackPair, type Tamper } from '../../extension/support/pair-of.js';
import { player, ROOM } from './support/meeting.js';

let pair: LoopbackPair;
const errors: string[] = [];
beforeEach(() => {
  errors.length = 0;
  setErrorHandler((text) => errors.push(text));
});
afterEach(() => {
  pair.close();
  setErrorHandler(null);
});

async function meet(tamper?: Tamper, minutes = 0): Promise<[PlayerIdentity, PlayerIdentity]> {
  pair = new LoopbackPair(tamper);
  const now = (): number => Date.now() + minutes * 60_000;
  const [ann, bob] = [await player({ name: 'Ann' }), await player({ name: 'Bob', now })];
  const required = { required: true };
  pair.a.connection.setIdentityProvider(ann.providerFor({ room: ROOM, self: 1, peer: 2 }), required);
  pair.b.connection.setIdentityProvider(bob.providerFor({ room: ROOM, self: 2, peer: 1 }), required);
  return [ann, bob];
}
const results = (): string[] =>
  pair.sides.flatMap(({ signals }) => signals.filter((text) => text.startsWith('identity_')));
const isQuiet = (): boolean => pair.sides.every(({ connection }) => connection.getSignalingState() === 0);

/** Another exchange on a connection that stands. */
async function again(from: WebRTCPeerConnection): Promise<void> {
  expect(from.createOffer({ renegotiate: true })).toBe(Err.OK);
  await pair.until(() => from.getSignalingState() === 1);
  await pair.until(isQuiet);
  await pair.rest();
}

describe('players on one connection', () => {
  it('know each other, through any number of exchanges from either side', async () => {
    const [ann, bob] = await meet();
    await pair.settle();
    for (const from of [pair.a, pair.b, pair.b, pair.a]) await again(from.connection);
    expect(playerOf(pair.b.connection.getPeerIdentity())?.key).toBe(ann.fingerprint);
    expect(playerOf(pair.a.connection.getPeerIdentity())?.key).toBe(bob.fingerprint);
    expect(results()).toHaveLength(2);
    expect(pair.sides.every(({ connection }) => connection.isPeerConnected())).toBe(true);
    expect(errors).toEqual([]);
  });

  it.each([
    [5, undefined, undefined],
    [-5, undefined, undefined],
    [6, undefined, 'not_yet_valid'],
    [8, 'expired', undefined],
    [-6, 'not_yet_valid', undefined],
    [-8, 'not_yet_valid', undefined],
  ] as const)('whose clocks are %d minutes apart', async (minutes, toBob, toAnn) => {
    await meet(undefined, minutes);
    await pair.settle();
    const reasons = [pair.b, pair.a].map(({ connection }) => connection.getIdentityError()?.reason);
    expect(reasons).toEqual([toBob, toAnn]);
    const plays = toBob === undefined && toAnn === undefined;
    expect(pair.sides.map(({ connection }) => connection.isPeerConnected())).toEqual([plays, plays]);
  });

  it('end it when a later description is an old one', async () => {
    let kept = '';
    let isLater = false;
    await meet((type, sdp, from) => {
      if (type !== 'offer' || from !== 'a') return sdp;
      if (isLater) return kept;
      kept = sdp;
      return sdp;
    });
    await pair.settle();
    isLater = true;
    pair.a.connection.createOffer({ renegotiate: true });
    await pair.until(() => pair.b.connection.getConnectionState() === 5);
    expect(pair.b.connection.getIdentityError()?.reason).toBe('replayed');
  });

  it.each(['close', 'initialize', 'destroy'] as const)('R-004 may %s() it when they hear who that is', async (call) => {
    await meet();
    const { connection, signals } = pair.b;
    let after = 0;
    connection.identity_result.connect(() => {
      connection[call]();
      after = signals.length;
    });
    pair.a.connection.createOffer();
    await pair.until(() => after > 0);
    await pair.rest();
    expect(signals.slice(after)).toEqual([]);
    expect(connection.getPeerIdentity() === null || call === 'close').toBe(true);
    expect(errors).toEqual([]);
  });

  it('hear of nothing of a connection that was closed while somebody was asked', async () => {
    await meet();
    pair.a.connection.createOffer();
    await pair.until(() => pair.b.connection.getRemoteDescription() !== null);
    pair.b.connection.close();
    const before = pair.b.signals.length;
    await pair.rest();
    expect(pair.b.signals.slice(before)).toEqual([]);
    expect(errors).toEqual([]);
  });
});
