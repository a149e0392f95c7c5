import { describe, expect, it } from 'vitest';
import { Err } from '../../src/core/err.js';
import { ConnectFlags } from '../../src/core/signal.js';
import { ConnectionState, IceConnectionState } from '../../src/extension/webrtc-types.js';
import { recordErrors } from '../core/support/errors.js';
import { ANSWER, OFFER, Stand } from '../support/fake-extension.js';

const errors = recordErrors();

const { STATE_CONNECTED, STATE_FAILED } = ConnectionState;

describe('poll', () => {
  it('R-018 a new or newly initialized object emits nothing by itself', () => {
    const stand = new Stand();
    expect(stand.poll(3)).toEqual([]);
    stand.connection.initialize();
    expect(stand.poll(3)).toEqual([]);
  });

  it('R-001 is where signals come from: nothing is emitted before it', () => {
    const stand = new Stand().offered();
    stand.fake.report.connectionStateChanged(STATE_CONNECTED);
    stand.fake.report.iceConnectionStateChanged(IceConnectionState.ICE_STATE_CONNECTED);
    stand.fake.receiveChannel();
    const before = stand.signals.length;
    expect([stand.connection.getConnectionState(), stand.connection.getDataChannels().length]).toEqual([1, 1]);
    expect(stand.signals).toHaveLength(before);
    expect(stand.poll()).toEqual([
      'connection_state_changed 2',
      'connected',
      'ice_connection_state_changed 2',
      'data_channel_received theirs',
    ]);
  });

  it('pumps the back end first and delivers what that reports in the same poll', () => {
    const stand = new Stand().offered();
    stand.backEnd.during._poll = (fake) => fake.report.connectionStateChanged(STATE_CONNECTED);
    expect(stand.poll()).toEqual(['connection_state_changed 2', 'connected']);
    expect(stand.poll()).toEqual([]);
  });

  it('D3 delivers what was queued when it began; what listeners cause comes with the next one', () => {
    const stand = new Stand().offered();
    const { report } = stand.fake;
    stand.connection.ice_candidate_created.connect((_media, _index, name) => {
      report.iceCandidateCreated('data', 0, `${name}+`);
    });
    report.iceCandidateCreated('data', 0, 'a');
    report.iceCandidateCreated('data', 0, 'b');
    expect(stand.poll()).toEqual(['ice_candidate_created data 0 a', 'ice_candidate_created data 0 b']);
    expect(stand.poll()).toEqual(['ice_candidate_created data 0 a+', 'ice_candidate_created data 0 b+']);
  });

  it('D3 announces the states that a listener changed with the next poll', () => {
    const stand = new Stand();
    stand.connection.session_description_created.connect((type, sdp) =>
      stand.connection.setLocalDescription(type, sdp),
    );
    stand.created();
    expect(stand.connection.getSignalingState()).toBe(1);
    expect(stand.signals.at(-1)).toMatch(/^session_description_created/);
    expect(stand.poll()).toEqual(['signaling_state_changed 1']);
  });

  it('R-064 gives ERR_BUSY inside a listener of the same connection, and the outer poll goes on', () => {
    const stand = new Stand().offered();
    const codes: number[] = [];
    stand.connection.ice_candidate_created.connect(() => codes.push(stand.connection.poll()));
    stand.connection.connected.connect(() => codes.push(stand.connection.poll()), ConnectFlags.CONNECT_DEFERRED);
    stand.fake.report.iceCandidateCreated('data', 0, 'a');
    stand.fake.report.iceCandidateCreated('data', 0, 'b');
    stand.fake.report.connectionStateChanged(STATE_CONNECTED);
    const polls = stand.fake.polls;
    expect(stand.poll()).toHaveLength(4);
    expect([codes, stand.fake.polls - polls]).toEqual([[Err.ERR_BUSY, Err.ERR_BUSY], 1]);
    stand.poll();
    expect(codes).toEqual([Err.ERR_BUSY, Err.ERR_BUSY, Err.ERR_BUSY]);
    expect(stand.connection.poll()).toBe(Err.OK);
  });

  it('a poll of another connection inside a listener is OK', () => {
    const [one, two] = [new Stand().offered(), new Stand().offered()];
    two.fake.report.connectionStateChanged(STATE_CONNECTED);
    one.connection.connected.connect(() => two.connection.poll());
    one.fake.report.connectionStateChanged(STATE_CONNECTED);
    one.poll();
    expect(two.connection.isPeerConnected()).toBe(true);
  });

  it('R-003 a listener that throws is reported and stops neither others, nor later events, nor the poll', () => {
    const stand = new Stand().offered();
    const thrown = new Error('mine');
    stand.connection.connected.connect(() => {
      throw thrown;
    });
    stand.connection.addEventListener('connected', () => {
      throw thrown;
    });
    stand.fake.report.connectionStateChanged(STATE_CONNECTED);
    stand.fake.report.iceCandidateCreated('data', 0, 'a');
    const before = stand.signals.length;
    expect(stand.connection.poll()).toBe(Err.OK);
    expect(stand.signals.slice(before)).toEqual([
      'connection_state_changed 2',
      'connected',
      'ice_candidate_created data 0 a',
    ]);
    expect(errors.map(({ cause }) => cause)).toEqual([thrown, thrown]);
    expect(stand.connection.poll()).toBe(Err.OK);
  });
});

describe('deferred listeners', () => {
  it('run when the next poll begins, before what it delivers', () => {
    const stand = new Stand().offered();
    const order: string[] = [];
    stand.connection.ice_candidate_created.connect(
      (_m, _i, name) => order.push(`deferred ${name}`),
      ConnectFlags.CONNECT_DEFERRED,
    );
    stand.connection.ice_candidate_created.connect((_m, _i, name) => order.push(`at once ${name}`));
    stand.fake.report.iceCandidateCreated('data', 0, 'a');
    stand.poll();
    expect(order).toEqual(['at once a']);
    stand.fake.report.iceCandidateCreated('data', 0, 'b');
    stand.poll();
    stand.poll();
    expect(order).toEqual(['at once a', 'deferred a', 'at once b', 'deferred b']);
  });

  it.each(['opened', 'packet_received', 'closed'] as const)(
    'of a channel, for %s, run with the next poll of its connection',
    (signal) => {
      const stand = new Stand().offered();
      const [fake] = stand.fake.channels;
      let calls = 0;
      stand.connection.getDataChannels()[0]?.connect(signal, () => calls++, ConnectFlags.CONNECT_DEFERRED);
      fake?.report.opened(1, 100);
      fake?.receive(1);
      fake?.report.closed();
      stand.poll();
      expect(calls).toBe(0);
      stand.poll();
      expect(calls).toBe(1);
      stand.poll();
      expect(calls).toBe(1);
    },
  );

  it.each(['close', 'destroy', 'initialize'] as const)('R-005 R-030 do not run any more after %s', (way) => {
    const stand = new Stand();
    let calls = 0;
    stand.connection.session_description_created.connect(() => calls++, ConnectFlags.CONNECT_DEFERRED);
    stand.created();
    stand.connection[way]();
    stand.connection.poll();
    stand.connection.initialize();
    stand.poll(2);
    expect(calls).toBe(0);
  });
});

describe('stale events', () => {
  it('R-005 createOffer and then initialize: nothing of the first connection ever arrives', () => {
    const stand = new Stand();
    stand.open();
    stand.connection.createOffer();
    const old = stand.fake;
    old.report.sessionDescriptionCreated('offer', OFFER);
    stand.connection.initialize();
    old.report.sessionDescriptionCreated('offer', OFFER);
    old.report.iceCandidateCreated('data', 0, 'late');
    old.report.connectionStateChanged(STATE_FAILED);
    old.channels[0]?.report.opened(1, 100);
    old.channels[0]?.receive(1);
    expect(old.receiveChannel()).toBeNull();
    expect([stand.poll(3), stand.states]).toEqual([[], [0, 0, 0]]);
  });

  it('of a description that is not asked for any more are dropped', () => {
    const stand = new Stand({}, { renegotiation: true }).connected();
    stand.connection.createOffer({ renegotiate: true });
    stand.connection.setRemoteDescription('offer', OFFER);
    stand.fake.report.sessionDescriptionCreated('offer', OFFER);
    stand.fake.report.sessionDescriptionCreated('answer', ANSWER);
    stand.fake.report.sessionDescriptionCreated('answer', ANSWER);
    expect(stand.poll().filter((signal) => signal.startsWith('session'))).toEqual([
      `session_description_created answer ${ANSWER}`,
    ]);
  });
});
