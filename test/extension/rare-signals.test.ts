import { afterEach, describe, expect, it, vi } from 'vitest';
import { Err, WebRTCDataChannel, WebRTCPeerConnection } from '../../src/index.js';
import { recordErrors } from '../core/support/errors.js';
import { OCCASIONS } from '../hostile/support/closing.js';
import { recordSignals } from '../support/fake-extension.js';
import { LoopbackPair } from './support/pair-of.js';
import { PlainProvider } from './support/plain-provider.js';
import { audioTrack, TrackPair } from './support/wrtc.js';

vi.setConfig({ testTimeout: 120_000 });
const errors = recordErrors();

interface Life {
  readonly connection: WebRTCPeerConnection;
  /** Goes on until this is true. */
  until(holds: () => boolean): Promise<void>;
  /** Frames in which nothing is expected any more. */
  rest(): Promise<void>;
  close(): void;
}

/** An occasion for each of the two signals of identities, at the connection that is told. */
function identities(): Life {
  const pair = new LoopbackPair();
  const { connection } = pair.b;
  pair.a.connection.setIdentityProvider(new PlainProvider('Ann'));
  connection.setIdentityProvider(new PlainProvider('Bob'));
  connection.requestIdentityAssertion();
  pair.a.connection.createOffer();
  return {
    connection,
    until: (holds) => pair.until(holds),
    rest: () => pair.rest(),
    close: () => pair.close(),
  };
}

/** One for each of the four of tracks and streams: a track comes, and goes once it is there. */
function tracks(): Life {
  const pair = new TrackPair();
  const track = audioTrack();
  let isSent = true;
  pair.a.addLocalTrack(track, ['voice']);
  pair.a.createDataChannel('game');
  pair.a.createOffer();
  const goOn = (): void => {
    const isThere = pair.a.isPeerConnected() && pair.b.isPeerConnected() && pair.heard('b').length === 2;
    if (isThere && isSent) pair.a.removeLocalTrack(track);
    isSent &&= !isThere;
  };
  return {
    connection: pair.b,
    until: (holds) =>
      pair.until(() => {
        goOn();
        return holds();
      }, 60_000),
    rest: () => pair.spin(50),
    close: () => pair.close(),
  };
}

/** The signals that come in no `Life` of the hostile tests, and where they do. */
const RARE = {
  identity_assertion_created: identities,
  identity_result: identities,
  stream_added: tracks,
  track_added: tracks,
  track_removed: tracks,
  stream_removed: tracks,
} as const;
const names = Object.keys(RARE) as (keyof typeof RARE)[];

let life: Life | null = null;
afterEach(() => {
  life?.close();
  life = null;
});

describe('listeners of identities, tracks and streams', () => {
  it('with those of the hostile tests they are all signals there are', () => {
    const connection = new WebRTCPeerConnection();
    const channel = connection.createDataChannel('game');
    expect(channel).toBeInstanceOf(WebRTCDataChannel);
    const all = [...connection.getSignalList(), ...(channel?.getSignalList() ?? [])];
    expect([...new Set([...OCCASIONS.map(([signal]) => signal), ...names])].sort()).toEqual(all.sort());
    connection.close();
  });

  it.each([
    ['identities', identities],
    ['tracks and streams', tracks],
  ])('R-003 D3 of %s: one that throws stops nothing, both ways, and is reported once each time', async (_of, begin) => {
    life = begin();
    const { connection } = life;
    const expected = names.filter((name) => RARE[name] === begin);
    const came: Record<string, number> = {};
    for (const name of expected) {
      const fail = (): never => {
        throw new Error(name);
      };
      connection.connect(name, fail);
      connection.addEventListener(name, fail);
      connection.connect(name, () => {
        came[name] = (came[name] ?? 0) + 1;
      });
    }
    await life.until(() => expected.every((name) => came[name] !== undefined));
    const told = errors.splice(0).map(({ text }) => text);
    for (const name of expected) {
      for (const kind of ['signal', 'event']) {
        expect(told.filter((text) => text === `A listener of ${kind} ${name} threw`)).toHaveLength(came[name] ?? 0);
      }
    }
  });

  it.each(
    names.flatMap((name) => (['close', 'destroy', 'initialize'] as const).map((ending) => [ending, name] as const)),
  )('R-004 R-030 after %s() inside a listener of %s none comes any more', async (ending, name) => {
    life = RARE[name]();
    const { connection } = life;
    let signals: readonly string[] | null = null;
    connection.connect(
      name,
      () => {
        connection[ending]();
        signals ??= recordSignals(connection);
      },
      0,
    );
    await life.until(() => signals !== null);
    await life.rest();
    expect(signals).toEqual([]);
    expect(connection.poll()).toBe(ending === 'destroy' ? Err.ERR_UNCONFIGURED : Err.OK);
    errors.splice(0);
  });
});
