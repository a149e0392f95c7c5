import { describe, expect, it } from 'vitest';
import { Err } from '../../src/core/err.js';
import type { WebRTCPeerConnection } from '../../src/extension/webrtc-peer-connection.js';
import { ConnectionState, type DataChannelOptions } from '../../src/extension/webrtc-types.js';
import { recordErrors } from '../core/support/errors.js';
import { ANSWER, OFFER, Stand } from '../support/fake-extension.js';

const errors = recordErrors();

const { OK, FAILED, ERR_UNAVAILABLE, ERR_INVALID_PARAMETER } = Err;
const { STATE_NEW, STATE_CONNECTING, STATE_CONNECTED, STATE_DISCONNECTED, STATE_FAILED, STATE_CLOSED } =
  ConnectionState;

/** A connection in each state that is not STATE_NEW. */
const PAST_NEW: readonly (readonly [string, number, () => Stand])[] = [
  ['CONNECTING', STATE_CONNECTING, () => new Stand({}, { renegotiation: true }).offered()],
  ['CONNECTED', STATE_CONNECTED, () => new Stand({}, { renegotiation: true }).connected()],
  ['DISCONNECTED', STATE_DISCONNECTED, () => connectedThen(STATE_DISCONNECTED)],
  ['FAILED', STATE_FAILED, () => connectedThen(STATE_FAILED)],
  [
    'CLOSED',
    STATE_CLOSED,
    () => {
      const stand = new Stand({}, { renegotiation: true }).connected();
      stand.connection.close();
      return stand;
    },
  ],
];

function connectedThen(state: ConnectionState): Stand {
  const stand = new Stand({}, { renegotiation: true }).connected();
  stand.fake.report.connectionStateChanged(state);
  stand.poll();
  return stand;
}

describe('createOffer', () => {
  it.each(PAST_NEW)(
    'R-010 outside STATE_NEW, in %s, gives FAILED and calls no driver function',
    (_name, state, make) => {
      const stand = make();
      expect(stand.connection.getConnectionState()).toBe(state);
      expect(stand.callsOf(() => expect(stand.connection.createOffer()).toBe(FAILED))).toEqual([]);
      expect(errors).toHaveLength(1);
    },
  );

  it.each([
    [STATE_CONNECTED, OK],
    [STATE_DISCONNECTED, OK],
    [STATE_FAILED, OK],
    [STATE_CONNECTING, FAILED],
    [STATE_CLOSED, FAILED],
  ])('C-07 with renegotiate: true in connection state %i gives %i', (state, code) => {
    const make = PAST_NEW.find(([, made]) => made === state)?.[2] as () => Stand;
    const stand = make();
    const calls = stand.callsOf(() => expect(stand.connection.createOffer({ renegotiate: true })).toBe(code));
    expect(calls).toEqual(code === OK ? ['_createOffer'] : []);
    expect(stand.connection.getConnectionState()).toBe(state);
  });

  it('R-008 needs the capabilities for what it asks of the back end', () => {
    const plain = new Stand().connected();
    expect(
      plain.callsOf(() => expect(plain.connection.createOffer({ renegotiate: true })).toBe(ERR_UNAVAILABLE)),
    ).toEqual([]);
    const fresh = new Stand();
    fresh.open();
    expect(
      fresh.callsOf(() => expect(fresh.connection.createOffer({ iceRestart: true })).toBe(ERR_UNAVAILABLE)),
    ).toEqual([]);
  });

  it('R-011 without a channel gives FAILED, stays in STATE_NEW and calls no driver function', () => {
    const stand = new Stand();
    expect(stand.callsOf(() => expect(stand.connection.createOffer()).toBe(FAILED))).toEqual([]);
    expect([stand.connection.getConnectionState(), stand.poll(2)]).toEqual([STATE_NEW, []]);
  });

  it('R-011 counts a negotiated channel', () => {
    const stand = new Stand();
    stand.open('n', { negotiated: true, id: 1 });
    expect(stand.connection.createOffer()).toBe(OK);
  });

  it('R-012 has set STATE_CONNECTING when it returns OK, and announces it at the next poll', () => {
    const stand = new Stand();
    stand.open();
    stand.poll();
    expect(stand.connection.createOffer()).toBe(OK);
    expect(stand.connection.getConnectionState()).toBe(STATE_CONNECTING);
    const calls = stand.callsOf(() => {
      expect(stand.connection.createDataChannel('late')).toBeNull();
      expect(stand.connection.createOffer()).toBe(FAILED);
    });
    expect([calls, stand.poll(), stand.poll()]).toEqual([[], ['connection_state_changed 1'], []]);
  });

  it('hands on what the back end refuses and changes nothing', () => {
    const stand = new Stand();
    stand.open();
    stand.backEnd.answers._createOffer = ERR_UNAVAILABLE;
    expect(stand.connection.createOffer()).toBe(ERR_UNAVAILABLE);
    expect(stand.connection.getConnectionState()).toBe(STATE_NEW);
    delete stand.backEnd.answers._createOffer;
    expect(stand.connection.createOffer()).toBe(OK);
  });
});

describe('createDataChannel', () => {
  it.each(PAST_NEW)('R-036 in %s gives null, one report, and calls no driver function', (_name, _state, make) => {
    const stand = make();
    expect(stand.callsOf(() => expect(stand.connection.createDataChannel('late')).toBeNull())).toEqual([]);
    expect(errors).toHaveLength(1);
  });

  it.each<[string, DataChannelOptions]>([
    ['bad options', { negotiated: true }],
    ['an id that is used here', { negotiated: true, id: 7 }],
  ])('R-037 with %s gives null, one report, and the connection is still usable', (_name, options) => {
    const stand = new Stand();
    stand.open('first', { negotiated: true, id: 7 });
    expect(stand.callsOf(() => expect(stand.connection.createDataChannel('x', options)).toBeNull())).toEqual([]);
    expect(errors).toHaveLength(1);
    stand.open('second', { negotiated: true, id: 8 });
    expect(stand.connection.getDataChannels().map((channel) => channel.getLabel())).toEqual(['first', 'second']);
  });

  it('gives null and one report when the back end gives none', () => {
    const stand = new Stand();
    stand.backEnd.answers._createDataChannel = FAILED;
    expect(stand.connection.createDataChannel('x')).toBeNull();
    expect([errors.length, stand.connection.getDataChannels()]).toEqual([1, []]);
  });
});

describe('setRemoteDescription and the answer', () => {
  it('R-013 an offer in STATE_NEW gives OK, STATE_CONNECTING, and one answer without a further call', () => {
    const stand = new Stand();
    expect(stand.callsOf(() => expect(stand.connection.setRemoteDescription('offer', OFFER)).toBe(OK))).toEqual([
      `_setRemoteDescription offer ${OFFER}`,
      '_createAnswer',
    ]);
    expect(stand.connection.getConnectionState()).toBe(STATE_CONNECTING);
    stand.fake.report.sessionDescriptionCreated('answer', ANSWER);
    expect(stand.poll(2)).toEqual([
      'signaling_state_changed 2',
      'connection_state_changed 1',
      `session_description_created answer ${ANSWER}`,
    ]);
    expect(stand.connection.setLocalDescription('answer', ANSWER)).toBe(OK);
    expect([stand.connection.getSignalingState(), stand.poll()]).toEqual([0, ['signaling_state_changed 0']]);
  });

  it('R-013 a second offer in STATE_CONNECTING gives FAILED and calls no driver function', () => {
    const stand = new Stand().answering();
    stand.connection.setLocalDescription('answer', ANSWER);
    expect(stand.states).toEqual([STATE_CONNECTING, 0, 0]);
    expect(stand.callsOf(() => expect(stand.connection.setRemoteDescription('offer', OFFER)).toBe(FAILED))).toEqual([]);
  });

  it('R-015 a type that does not fit gives FAILED and calls no driver function', () => {
    const stand = new Stand();
    const { connection } = stand;
    expect(stand.callsOf(() => expect(connection.setRemoteDescription('answer', ANSWER)).toBe(FAILED))).toEqual([]);
    stand.offered();
    expect(stand.callsOf(() => expect(connection.setRemoteDescription('offer', OFFER)).toBe(FAILED))).toEqual([]);
    connection.setRemoteDescription('answer', ANSWER);
    const again = stand.callsOf(() => {
      expect(connection.setRemoteDescription('answer', ANSWER)).toBe(FAILED);
      expect(connection.setLocalDescription('offer', OFFER)).toBe(FAILED);
      expect(connection.setLocalDescription('answer', ANSWER)).toBe(FAILED);
      expect(connection.setRemoteDescription('bogus' as never, ANSWER)).toBe(ERR_INVALID_PARAMETER);
      expect(connection.setLocalDescription('offer', '')).toBe(ERR_INVALID_PARAMETER);
    });
    expect(again).toEqual([]);
  });

  it('hands on what the back end refuses and changes nothing', () => {
    const stand = new Stand().created();
    stand.backEnd.answers._setLocalDescription = FAILED;
    stand.backEnd.answers._setRemoteDescription = FAILED;
    expect(stand.connection.setLocalDescription('offer', OFFER)).toBe(FAILED);
    expect([stand.connection.getSignalingState(), stand.connection.getLocalDescription()]).toEqual([0, null]);
    const other = new Stand();
    other.backEnd.answers._setRemoteDescription = FAILED;
    expect(other.connection.setRemoteDescription('offer', OFFER)).toBe(FAILED);
    expect([other.states, other.connection.getRemoteDescription(), other.poll()]).toEqual([[0, 0, 0], null, []]);
  });

  it('R-022 with autoAnswer: false only createAnswer makes the answer, and exactly one', () => {
    const stand = new Stand({ autoAnswer: false });
    expect(stand.callsOf(() => expect(stand.connection.createAnswer()).toBe(FAILED))).toEqual([]);
    stand.connection.setRemoteDescription('offer', OFFER);
    expect(stand.fake.calls).not.toContain('_createAnswer');
    expect(stand.callsOf(() => expect(stand.connection.createAnswer()).toBe(OK))).toEqual(['_createAnswer']);
    expect(stand.callsOf(() => expect(stand.connection.createAnswer()).toBe(FAILED))).toEqual([]);
    stand.fake.report.sessionDescriptionCreated('answer', ANSWER);
    expect(stand.poll(2).filter((signal) => signal.startsWith('session'))).toHaveLength(1);
    expect(stand.callsOf(() => expect(stand.connection.createAnswer()).toBe(FAILED))).toEqual([]);
  });

  it('R-022 with autoAnswer on createAnswer gives FAILED', () => {
    const stand = new Stand();
    stand.connection.setRemoteDescription('offer', OFFER);
    expect(stand.callsOf(() => expect(stand.connection.createAnswer()).toBe(FAILED))).toEqual([]);
  });

  it('R-021 a rollback in a first negotiation leads back to STATE_NEW, so that another offer can be made', () => {
    const stand = new Stand().offered();
    expect(stand.connection.setLocalDescription('rollback', '')).toBe(OK);
    expect(stand.states).toEqual([STATE_NEW, 0, 0]);
    expect(stand.poll()).toEqual(['connection_state_changed 0', 'signaling_state_changed 0']);
    expect([stand.connection.getLocalDescription(), stand.connection.createOffer()]).toEqual([null, OK]);
  });

  it('C-03 setRemoteOffer and setRemoteAnswer take raw text and JSON, and refuse the JSON of another type', () => {
    const json = (type: string, sdp: string): string => JSON.stringify({ type, sdp });
    expect(new Stand().connection.setRemoteOffer(OFFER)).toBe(OK);
    expect(new Stand().connection.setRemoteOffer(` ${json('offer', OFFER)}`)).toBe(OK);
    expect(new Stand().offered().connection.setRemoteAnswer(ANSWER)).toBe(OK);
    const stand = new Stand().offered();
    const refused = stand.callsOf(() => {
      for (const text of [json('offer', OFFER), '{', '', '{"type":"answer"}', undefined as never, null as never]) {
        expect(stand.connection.setRemoteAnswer(text)).toBe(ERR_INVALID_PARAMETER);
      }
    });
    expect(refused).toEqual([]);
    expect(stand.connection.setRemoteAnswer(json('answer', ANSWER))).toBe(OK);
    expect(stand.connection.getRemoteDescription()).toEqual({ type: 'answer', sdp: ANSWER });
  });
});

describe('a wrong argument', () => {
  const bad = null as never;

  it.each<[string, (connection: WebRTCPeerConnection) => unknown, unknown]>([
    ['initialize', (connection) => connection.initialize(bad), OK],
    ['createDataChannel', (connection) => connection.createDataChannel(bad), null],
    ['createOffer', (connection) => connection.createOffer(bad), expect.any(Number)],
    ['setLocalDescription', (connection) => connection.setLocalDescription(bad, bad), ERR_INVALID_PARAMETER],
    ['setRemoteDescription', (connection) => connection.setRemoteDescription(bad, bad), ERR_INVALID_PARAMETER],
    ['setRemoteOffer', (connection) => connection.setRemoteOffer(bad), ERR_INVALID_PARAMETER],
    ['addIceCandidate', (connection) => connection.addIceCandidate(bad, bad, bad), ERR_INVALID_PARAMETER],
    ['addRemoteIceCandidate', (connection) => connection.addRemoteIceCandidate(bad), ERR_INVALID_PARAMETER],
    ['updateIce', (connection) => connection.updateIce(bad), expect.any(Number)],
    ['connect', (connection) => connection.connect('connected', bad), ERR_INVALID_PARAMETER],
  ])('of %s gives a code and never an exception (section 0.1)', (_name, call, result) => {
    const stand = new Stand();
    stand.open();
    expect(call(stand.connection)).toEqual(result);
  });

  it('of createDataChannel gives the defaults where options are null', () => {
    expect(new Stand().connection.createDataChannel('x', bad)?.isOrdered()).toBe(true);
  });

  it('of putPacket on an open channel gives a code, sends nothing and throws nothing (section 0.1)', () => {
    const stand = new Stand().connected();
    const [channel] = stand.connection.getDataChannels();
    const [fake] = stand.fake.channels;
    fake?.report.opened(1, 100);
    stand.poll();
    expect(channel?.putPacket(bad)).toBe(ERR_INVALID_PARAMETER);
    expect(fake?.calls.filter((call) => call.startsWith('_put'))).toEqual([]);
  });
});
