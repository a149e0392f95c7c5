import { describe, expect, it } from 'vitest';
import { Err } from '../../src/core/err.js';
import { ConnectionState, GatheringState, IceConnectionState } from '../../src/extension/webrtc-types.js';
import { recordErrors } from '../core/support/errors.js';
import { candidateNo, Stand } from '../support/fake-extension.js';

const errors = recordErrors();

const { STATE_CONNECTED, STATE_DISCONNECTED, STATE_CLOSED } = ConnectionState;

describe('R-004 a listener that ends the connection', () => {
  const ENDINGS = ['close', 'destroy', 'initialize'] as const;

  /** One event of each kind is queued; every signal that one poll makes of them. */
  function loaded(): Stand {
    const stand = new Stand({}, { iceRestart: true }).connected();
    const { report, channels } = stand.fake;
    channels[0]?.report.opened(1, 100);
    stand.poll();
    stand.connection.restartIce();
    report.gatheringStateChanged(GatheringState.GATHERING_STATE_GATHERING);
    report.iceCandidateCreated('data', 0, candidateNo(1));
    report.gatheringStateChanged(GatheringState.GATHERING_STATE_COMPLETE);
    report.iceConnectionStateChanged(IceConnectionState.ICE_STATE_CHECKING);
    report.failed('candidate', 'one failed');
    stand.fake.receiveChannel()?.receive(9);
    report.connectionStateChanged(STATE_DISCONNECTED);
    report.connectionStateChanged(STATE_CONNECTED);
    report.connectionStateChanged(STATE_CLOSED);
    return stand;
  }

  const all = loaded().poll();

  it('may do so in any of these', () => {
    expect(all).toEqual([
      'negotiation_needed',
      'gathering_state_changed 1',
      `ice_candidate_created data 0 ${candidateNo(1)}`,
      'gathering_state_changed 2',
      'ice_gathering_completed',
      'ice_connection_state_changed 1',
      'error_occurred one failed',
      'data_channel_received theirs',
      'connection_state_changed 3',
      'disconnected',
      'connection_state_changed 2',
      'connected',
      'connection_state_changed 3',
      'disconnected',
      'connection_state_changed 5',
      'signaling_state_changed 5',
      'ice_connection_state_changed 6',
    ]);
  });

  it.each(ENDINGS.flatMap((way) => all.map((signal, index) => [way, signal, index] as const)))(
    'with %s in %s (%i) gets nothing more, and poll ends cleanly',
    (way, signal, index) => {
      const stand = loaded();
      const start = stand.signals.length;
      const [name] = signal.split(' ') as ['connected'];
      const channelSignals: string[] = [];
      for (const channel of stand.connection.getDataChannels()) {
        channel.closed.connect(() => channelSignals.push('closed'));
      }
      stand.connection.connect(name, () => {
        if (stand.signals.length - start === index + 1) stand.connection[way]();
      });
      const closedBefore = (): number => (index < all.indexOf('connection_state_changed 5') ? 0 : 1);
      expect(stand.connection.poll()).toBe(Err.OK);
      expect(stand.signals.slice(start)).toEqual(all.slice(0, index + 1));
      expect(channelSignals).toHaveLength(closedBefore());
      stand.poll(2);
      expect(stand.signals.slice(start)).toEqual(all.slice(0, index + 1));
      expect(stand.states).toEqual(
        way === 'initialize' ? [0, 0, 0] : way === 'destroy' ? [5, 0, 5] : [5, expect.any(Number), 5],
      );
      expect(errors).toEqual([]);
    },
  );

  it.each(ENDINGS)('with %s in a signal of a channel gets nothing more of any channel', (way) => {
    for (const name of ['opened', 'packet_received', 'closed'] as const) {
      const stand = new Stand();
      const heard: string[] = [];
      for (const label of ['one', 'two']) {
        const { channel } = stand.open(label);
        for (const signal of ['opened', 'packet_received', 'closed'] as const) {
          channel.connect(signal, () => {
            heard.push(`${label} ${signal}`);
            if (signal === name) stand.connection[way]();
          });
        }
      }
      stand.connected();
      for (const fake of stand.fake.channels) fake.report.opened(1, 100);
      for (const fake of stand.fake.channels) fake.receive(1);
      for (const fake of stand.fake.channels) fake.report.closed();
      stand.poll(3);
      const order = [
        'one opened',
        'two opened',
        'one packet_received',
        'one closed',
        'two packet_received',
        'two closed',
      ];
      expect(heard).toEqual(order.slice(0, order.indexOf(`one ${name}`) + 1));
    }
  });

  it.each(ENDINGS)('with %s in data_channel_received sees neither opened nor packets of that channel', (way) => {
    const stand = new Stand().connected();
    const heard: string[] = [];
    stand.connection.data_channel_received.connect((channel) => {
      channel.opened.connect(() => heard.push('opened'));
      channel.packet_received.connect(() => heard.push('packet'));
      stand.connection[way]();
      expect(channel.getReadyState()).toBe(3);
    });
    stand.fake.receiveChannel()?.receive(1);
    stand.poll(2);
    expect(heard).toEqual([]);
  });
});
