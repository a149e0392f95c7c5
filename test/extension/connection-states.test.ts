import { describe, expect, it } from 'vitest';
import { Err } from '../../src/core/err.js';
import { ConnectionState } from '../../src/extension/webrtc-types.js';
import { recordErrors } from '../core/support/errors.js';
import { ANSWER, OFFER, Stand } from '../support/fake-extension.js';

const errors = recordErrors();

const { STATE_CONNECTED, STATE_DISCONNECTED, STATE_FAILED, STATE_CLOSED } = ConnectionState;

/** What one poll delivers when the back end reports these states. */
function reported(stand: Stand, ...states: readonly ConnectionState[]): string[] {
  for (const state of states) stand.fake.report.connectionStateChanged(state);
  return stand.poll();
}

const LOST = ['connection_state_changed 3', 'disconnected'];
const CLOSED = ['connection_state_changed 5', 'signaling_state_changed 5', 'ice_connection_state_changed 6'];

describe('an established connection', () => {
  it('R-045 disconnected is emitted once per loss, however it goes on', () => {
    const stand = new Stand().connected();
    expect(reported(stand, STATE_DISCONNECTED)).toEqual(LOST);
    expect(reported(stand, STATE_DISCONNECTED)).toEqual([]);
    expect(reported(stand, STATE_FAILED)).toEqual(['connection_state_changed 4']);
    expect(reported(stand, STATE_FAILED)).toEqual([]);
  });

  it('that fails at once emits disconnected too', () => {
    expect(reported(new Stand().connected(), STATE_FAILED)).toEqual(['connection_state_changed 4', 'disconnected']);
  });

  it('C-12 that recovers emits connected again, and disconnected again at the next loss', () => {
    const stand = new Stand().connected();
    reported(stand, STATE_DISCONNECTED);
    expect(reported(stand, STATE_CONNECTED)).toEqual(['connection_state_changed 2', 'connected']);
    expect(reported(stand, STATE_DISCONNECTED)).toEqual(LOST);
    reported(stand, STATE_FAILED);
    expect(reported(stand, STATE_CONNECTED)).toEqual(['connection_state_changed 2', 'connected']);
  });

  it('R-045 that the other side closes goes DISCONNECTED, then CLOSED, with its channels, and says it once', () => {
    const stand = new Stand();
    const closed: string[] = [];
    for (const label of ['one', 'two']) stand.open(label).channel.closed.connect(() => closed.push(label));
    stand.connected();
    for (const fake of stand.fake.channels) fake.report.opened(1, 100);
    stand.poll();
    const channels = stand.connection.getDataChannels();
    const calls = stand.callsOf(() => expect(reported(stand, STATE_CLOSED)).toEqual([...LOST, ...CLOSED]));
    expect([calls, closed, channels.map((channel) => channel.getReadyState())]).toEqual([
      ['_close'],
      ['one', 'two'],
      [3, 3],
    ]);
    expect([stand.connection.getDataChannels(), stand.states]).toEqual([[], [5, 0, 5]]);
    for (const fake of stand.fake.channels) fake.report.closed();
    expect([reported(stand, STATE_CLOSED, STATE_CONNECTED, STATE_FAILED), closed.length, errors]).toEqual([[], 2, []]);
  });

  it('R-045 that is DISCONNECTED already when the other side closes emits disconnected no second time', () => {
    const stand = new Stand().connected();
    reported(stand, STATE_DISCONNECTED);
    expect(reported(stand, STATE_CLOSED)).toEqual(CLOSED);
  });

  it('C-26 keeps unread packets readable when the other side closes', () => {
    const stand = new Stand();
    const { channel, fake } = stand.open();
    stand.connected();
    fake.report.opened(1, 100);
    fake.receive(5);
    reported(stand, STATE_CLOSED);
    expect([channel.getReadyState(), channel.getAvailablePacketCount(), [...channel.getPacket()]]).toEqual([3, 1, [5]]);
  });
});

describe('the ICE state', () => {
  it('S3-09 is what the back end reports, announced once per change', () => {
    const stand = new Stand();
    for (const state of [1, 1, 2, 2, 3] as const) stand.fake.report.iceConnectionStateChanged(state);
    expect(stand.connection.getIceConnectionState()).toBe(0);
    expect(stand.poll(2)).toEqual([1, 2, 3].map((state) => `ice_connection_state_changed ${state}`));
    expect(stand.connection.getIceConnectionState()).toBe(3);
  });
});

describe('a failed connection', () => {
  it('stays FAILED when its back end closes itself afterwards', () => {
    const stand = new Stand().connected();
    reported(stand, STATE_FAILED);
    expect([reported(stand, STATE_CLOSED), stand.connection.hasFailed()]).toEqual([[], true]);
    const connecting = new Stand().offered();
    expect(reported(connecting, STATE_FAILED, STATE_CLOSED)).toEqual(['connection_state_changed 4']);
    expect(connecting.connection.hasFailed()).toBe(true);
  });

  it('C-18 is closed here without a signal', () => {
    const stand = new Stand().connected();
    reported(stand, STATE_FAILED);
    stand.connection.close();
    expect([stand.poll(2), stand.states, stand.fake.calls.at(-1)]).toEqual([[], [5, 0, 5], '_close']);
  });
});

describe('a connection that is not established', () => {
  it('ignores NEW, CONNECTING and DISCONNECTED of its back end', () => {
    const stand = new Stand().offered();
    expect(reported(stand, ConnectionState.STATE_NEW, ConnectionState.STATE_CONNECTING, STATE_DISCONNECTED)).toEqual(
      [],
    );
    expect(stand.connection.getConnectionState()).toBe(1);
  });

  it('that the other side closes goes to CLOSED without disconnected', () => {
    expect(reported(new Stand().offered(), STATE_CLOSED)).toEqual(CLOSED);
  });

  it('R-017 reads CONNECTED before the first channel opens, also when the back end says it afterwards', () => {
    const stand = new Stand();
    const { channel, fake } = stand.open();
    channel.opened.connect(() => stand.signals.push('opened'));
    stand.offered().connection.setRemoteDescription('answer', ANSWER);
    stand.poll();
    fake.report.opened(1, 100);
    stand.fake.report.connectionStateChanged(STATE_CONNECTED);
    expect(stand.poll()).toEqual(['connection_state_changed 2', 'connected', 'opened']);
  });

  it.each(['close', 'destroy', 'initialize'] as const)(
    'R-004 with %s in connected, caused by a received channel, gets nothing of that channel',
    (way) => {
      const stand = new Stand().offered();
      stand.connection.setRemoteDescription('answer', ANSWER);
      stand.poll();
      stand.connection.connected.connect(() => stand.connection[way]());
      stand.fake.receiveChannel();
      expect(stand.poll(2)).toEqual(['connection_state_changed 2', 'connected']);
      expect(stand.connection.getDataChannels()).toEqual([]);
    },
  );
});

describe('the events of failed steps', () => {
  it('R-014 making an offer fails after OK: one error_occurred, no description, STATE_FAILED', () => {
    const stand = new Stand();
    stand.open();
    stand.poll();
    stand.connection.createOffer();
    stand.fake.report.failed('create', 'no offer');
    stand.fake.report.sessionDescriptionCreated('offer', OFFER);
    expect(stand.poll(2)).toEqual([
      'connection_state_changed 1',
      'error_occurred no offer',
      'connection_state_changed 4',
    ]);
    expect([stand.connection.hasFailed(), errors]).toEqual([true, []]);
  });

  it('R-014 making an answer fails after OK: the same', () => {
    const stand = new Stand();
    stand.connection.setRemoteDescription('offer', OFFER);
    stand.fake.report.failed('create', 'no answer');
    stand.fake.report.sessionDescriptionCreated('answer', ANSWER);
    expect(stand.poll(2).slice(2)).toEqual(['error_occurred no answer', 'connection_state_changed 4']);
  });

  it('R-014 a back end that fails inside _createOffer gives the same order of states', () => {
    const stand = new Stand();
    stand.open();
    stand.poll();
    stand.backEnd.during._createOffer = (fake) => fake.report.failed('create', 'no offer');
    stand.connection.createOffer();
    expect(stand.poll(2)).toEqual([
      'connection_state_changed 1',
      'error_occurred no offer',
      'connection_state_changed 4',
    ]);
  });

  it('R-014 a remote offer that cannot be applied: exactly one error_occurred, STATE_FAILED, the description is taken back', () => {
    const stand = new Stand();
    stand.connection.setRemoteDescription('offer', OFFER);
    stand.fake.report.failed('remote', 'bad offer');
    stand.fake.report.failed('create', 'no answer to a bad offer');
    const signals = stand.poll(2);
    expect(signals.filter((signal) => signal.startsWith('error'))).toEqual(['error_occurred bad offer']);
    expect(signals.filter((signal) => signal.startsWith('signaling'))).toEqual([
      'signaling_state_changed 2',
      'signaling_state_changed 0',
    ]);
    expect([stand.states, stand.connection.getRemoteDescription()]).toEqual([[STATE_FAILED, 0, 0], null]);
  });

  it('a remote answer that cannot be applied: error_occurred, and another answer may come', () => {
    const stand = new Stand().offered();
    stand.connection.setRemoteDescription('answer', 'nonsense');
    stand.fake.report.failed('remote', 'bad answer');
    expect(stand.poll(2)).toEqual([
      'signaling_state_changed 0',
      'error_occurred bad answer',
      'signaling_state_changed 1',
    ]);
    expect([stand.states, stand.connection.getRemoteDescription()]).toEqual([[1, 0, 1], null]);
    expect(stand.connection.setRemoteDescription('answer', ANSWER)).toBe(Err.OK);
  });

  it('R-021 a rollback after such an answer still leads back to STATE_NEW', () => {
    const stand = new Stand().offered();
    stand.connection.setRemoteDescription('answer', 'nonsense');
    stand.fake.report.failed('remote', 'bad answer');
    stand.poll(2);
    expect(stand.connection.setLocalDescription('rollback', '')).toBe(Err.OK);
    expect(stand.connection.getConnectionState()).toBe(ConnectionState.STATE_NEW);
  });

  it('a local description that cannot be applied: error_occurred, and the state is taken back', () => {
    const stand = new Stand().offered();
    stand.fake.report.failed('local', 'bad text');
    expect(stand.poll(2)).toEqual(['error_occurred bad text', 'signaling_state_changed 0']);
    expect([stand.connection.getSignalingState(), stand.connection.getLocalDescription()]).toEqual([0, null]);
  });

  it('R-027 a candidate that fails later: one error_occurred, no state changes', () => {
    const stand = new Stand().connected();
    stand.fake.report.failed('candidate', 'bad candidate');
    expect(stand.poll(2)).toEqual(['error_occurred bad candidate']);
    expect(stand.states).toEqual([STATE_CONNECTED, 0, 0]);
  });

  it('C-07 making another offer fails on an established connection: it stays CONNECTED and may try again', () => {
    const stand = new Stand({}, { renegotiation: true }).connected();
    stand.connection.createOffer({ renegotiate: true });
    stand.fake.report.failed('create', 'no offer');
    expect(stand.poll(2)).toEqual(['error_occurred no offer']);
    expect([stand.states, stand.connection.createOffer({ renegotiate: true })]).toEqual([[2, 0, 0], Err.OK]);
  });

  it.each(['local', 'remote', 'create'] as const)(
    'R-029 a failed %s that comes after the end changes no state',
    (step) => {
      const stand = new Stand().connected();
      stand.fake.report.connectionStateChanged(STATE_CLOSED);
      stand.fake.report.failed(step, 'late');
      const signals = stand.poll(2);
      expect(stand.states).toEqual([5, 0, 5]);
      expect(signals.filter((signal) => signal.startsWith('signaling'))).toEqual(['signaling_state_changed 5']);
    },
  );

  it('R-045 a state that was announced before the end is not announced after it', () => {
    const stand = new Stand();
    stand.open();
    stand.poll();
    stand.connection.createOffer();
    stand.connection.session_description_created.connect((type, sdp) =>
      stand.connection.setLocalDescription(type, sdp),
    );
    stand.fake.report.sessionDescriptionCreated('offer', OFFER);
    stand.fake.report.connectionStateChanged(STATE_CLOSED);
    const signaling = stand.poll(3).filter((signal) => signal.startsWith('signaling'));
    expect(signaling.at(-1)).toBe('signaling_state_changed 5');
  });

  it('go to the error hook when nobody listens to error_occurred, so that nothing fails in silence', () => {
    const stand = new Stand().connected();
    for (const fn of stand.connection.error_occurred.getConnections()) stand.connection.error_occurred.disconnect(fn);
    stand.fake.report.failed('candidate', 'unheard');
    stand.poll();
    expect(errors.map(({ text }) => text)).toEqual(['unheard']);
    stand.connection.addEventListener('error_occurred', () => {});
    stand.fake.report.failed('candidate', 'heard the DOM way');
    stand.poll();
    expect(errors).toHaveLength(1);
  });
});
