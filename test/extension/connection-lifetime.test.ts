import { describe, expect, it } from 'vitest';
import { Err } from '../../src/core/err.js';
import { WebRTCPeerConnection } from '../../src/extension/webrtc-peer-connection.js';
import { ConnectionState } from '../../src/extension/webrtc-types.js';
import { recordErrors } from '../core/support/errors.js';
import { ANSWER, candidateNo, FakeBackEnd, OFFER, Stand } from '../support/fake-extension.js';

const errors = recordErrors();

const { OK, FAILED, ERR_UNAVAILABLE, ERR_UNCONFIGURED, ERR_INVALID_PARAMETER } = Err;
const { STATE_NEW, STATE_CONNECTED, STATE_DISCONNECTED, STATE_CLOSED } = ConnectionState;

describe('a closed connection', () => {
  function closed(): Stand {
    const stand = new Stand({}, { renegotiation: true, iceRestart: true, reconfigure: true }).connected();
    stand.connection.close();
    return stand;
  }

  it('R-029 close never fails, any number of times, in any state', () => {
    for (const make of [
      () => new Stand(),
      () => new Stand().created(),
      () => new Stand().offered(),
      () => new Stand().answering(),
      () => new Stand().connected(),
    ]) {
      const { connection } = make();
      connection.close();
      connection.close();
      expect([connection.getConnectionState(), connection.getSignalingState()]).toEqual([5, 5]);
    }
    expect(errors).toEqual([]);
  });

  it('R-031 its calls give the codes, poll is OK, the getters answer', () => {
    const { connection } = closed();
    expect(connection.createDataChannel('x')).toBeNull();
    expect([connection.createOffer(), connection.createOffer({ renegotiate: true })]).toEqual([FAILED, FAILED]);
    const codes = [
      connection.setLocalDescription('offer', OFFER),
      connection.setRemoteDescription('offer', OFFER),
      connection.setRemoteOffer(OFFER),
      connection.setRemoteAnswer(ANSWER),
      connection.addIceCandidate('data', 0, candidateNo(1)),
      connection.addRemoteIceCandidate({ candidate: candidateNo(1), sdpMid: 'data', sdpMLineIndex: 0 }),
      connection.restartIce(),
      connection.updateIce({ iceServers: [] }),
    ];
    expect(codes).toEqual(codes.map(() => ERR_UNCONFIGURED));
    expect(connection.poll()).toBe(OK);
    expect(connection.getDataChannels()).toEqual([]);
    expect(connection.getRemoteDescription()?.type).toBe('answer');
    expect([connection.isPeerConnected(), connection.hasFailed()]).toEqual([false, false]);
  });

  it('calls nothing of its back end any more, as implementers are promised', async () => {
    const stand = new Stand({}, { renegotiation: true, iceRestart: true, reconfigure: true }).connected();
    const { connection, fake } = stand;
    const [channel] = connection.getDataChannels();
    const [fakeChannel] = fake.channels;
    fakeChannel?.report.opened(1, 100);
    stand.poll();
    connection.close();
    expect(fake.calls.at(-1)).toBe('_close');
    const [before, polls] = [fake.calls.length, fake.polls];
    const channelCalls = fakeChannel?.calls.length;
    connection.close();
    connection.poll();
    connection.getSelectedCandidate();
    connection.getSelectedCandidatePair();
    await expect(connection.getStats()).resolves.toMatchObject({ bytesSent: 0, selectedPair: null });
    connection.updateIce({});
    connection.restartIce();
    channel?.putPacket(Uint8Array.of(1));
    channel?.getBufferedAmount();
    channel?.close();
    expect(channel?.poll()).toBe(OK);
    connection.destroy();
    expect([fake.calls.slice(before), fake.polls - polls, fakeChannel?.calls.slice(channelCalls)]).toEqual([[], 0, []]);
  });

  it('C-18 R-030 reads CLOSED on every channel at once and emits nothing more, whatever is reported', () => {
    const stand = new Stand().connected();
    const [channel] = stand.connection.getDataChannels();
    const [fakeChannel] = stand.fake.channels;
    fakeChannel?.report.opened(1, 100);
    stand.poll();
    fakeChannel?.receive(1);
    stand.fake.report.connectionStateChanged(STATE_DISCONNECTED);
    stand.connection.close();
    expect([channel?.getReadyState(), channel?.getAvailablePacketCount()]).toEqual([3, 0]);
    stand.fake.report.connectionStateChanged(STATE_CLOSED);
    stand.fake.report.failed('create', 'late');
    stand.fake.receiveChannel();
    fakeChannel?.receive(2);
    fakeChannel?.report.closed();
    expect([stand.poll(3), channel?.getAvailablePacketCount(), errors]).toEqual([[], 0, []]);
  });
});

describe('destroy and initialize', () => {
  it('destroy closes, gives ERR_UNCONFIGURED the second time, and poll then too; initialize revives', () => {
    const stand = new Stand().connected();
    expect([stand.connection.destroy(), stand.connection.destroy()]).toEqual([OK, ERR_UNCONFIGURED]);
    expect([stand.connection.poll(), stand.states, stand.connection.extension]).toEqual([
      ERR_UNCONFIGURED,
      [5, 0, 5],
      null,
    ]);
    expect(stand.fake.calls.at(-1)).toBe('_close');
    expect(stand.connection.initialize()).toBe(OK);
    expect([stand.states, stand.connection.poll()]).toEqual([[0, 0, 0], OK]);
    stand.connection[Symbol.dispose]();
    expect(stand.connection.poll()).toBe(ERR_UNCONFIGURED);
  });

  it('R-008 initialize on a connected object starts over and closes what was', () => {
    const stand = new Stand().connected();
    const [channel] = stand.connection.getDataChannels();
    const old = stand.fake;
    expect(stand.connection.initialize({ autoAnswer: false })).toBe(OK);
    expect([old.calls.at(-1), channel?.getReadyState(), stand.states]).toEqual(['_close', 3, [0, 0, 0]]);
    const { connection } = stand;
    expect([connection.getLocalDescription(), connection.getRemoteDescription(), connection.getDataChannels()]).toEqual(
      [null, null, []],
    );
    expect([stand.fake === old, stand.fake.configs[0]?.autoAnswer, stand.poll(2)]).toEqual([false, false, []]);
  });

  it.each([
    ['bad configuration (R-007)', { iceServers: [{}] as never }, ERR_INVALID_PARAMETER],
    ['proxy (R-035)', { proxyConfig: { type: 1, hostAddress: 'p', hostPort: 1 } as const }, ERR_UNAVAILABLE],
  ])('a %s leaves a running connection as it was', (_name, configuration, code) => {
    const stand = new Stand().connected();
    const old = stand.connection.extension;
    expect(stand.callsOf(() => expect(stand.connection.initialize(configuration)).toBe(code))).toEqual([]);
    expect([stand.connection.extension === old, stand.states]).toEqual([true, [STATE_CONNECTED, 0, 0]]);
    expect(stand.backEnd.made.flatMap((made) => made.calls)).not.toContain('_close');
  });

  it('a back end that refuses to begin leaves a running connection as it was', () => {
    const stand = new Stand().connected();
    const old = stand.connection.extension;
    stand.backEnd.answers._initialize = ERR_UNCONFIGURED;
    expect(stand.connection.initialize()).toBe(ERR_UNCONFIGURED);
    expect([stand.connection.extension === old, stand.connection.getConnectionState()]).toEqual([
      true,
      STATE_CONNECTED,
    ]);
  });

  it('R-033 without a back end: CLOSED, NEW, CLOSED, and ERR_UNCONFIGURED', () => {
    const backEnd = new FakeBackEnd();
    backEnd.answers._initialize = ERR_UNCONFIGURED;
    const connection = new WebRTCPeerConnection({ extension: backEnd.Extension });
    expect([connection.initialize(), connection.poll(), connection.createDataChannel('x')]).toEqual([
      ERR_UNCONFIGURED,
      ERR_UNCONFIGURED,
      null,
    ]);
    expect([connection.getConnectionState(), connection.getGatheringState(), connection.getSignalingState()]).toEqual([
      5, 0, 5,
    ]);
    expect([connection.createOffer(), connection.setRemoteOffer(OFFER)]).toEqual([ERR_UNCONFIGURED, ERR_UNCONFIGURED]);
  });
});

describe('updateIce and restartIce', () => {
  const turn = { iceServers: [{ urls: 'turn:t', username: 'u' }] };

  it('R-055 updateIce without the capability starts over in STATE_NEW without channels, else ERR_UNAVAILABLE', () => {
    const stand = new Stand({ autoAnswer: false, maxInboundPackets: 9 });
    expect(stand.connection.updateIce(turn)).toBe(OK);
    expect(stand.fake.configs[0]).toMatchObject({ autoAnswer: false, maxInboundPackets: 9, iceTransportPolicy: 'all' });
    expect(stand.connection.getIceServers()).toEqual([{ urls: ['turn:t'], username: 'u' }]);
    expect(stand.backEnd.made[0]?.calls).toContain('_close');
    stand.open();
    expect(stand.callsOf(() => expect(stand.connection.updateIce({})).toBe(ERR_UNAVAILABLE))).toEqual([]);
  });

  it('updateIce with the capability hands the new servers down, and keeps the old ones when that fails', () => {
    const stand = new Stand({ maxInboundPackets: 9 }, { reconfigure: true }).connected();
    expect(stand.callsOf(() => expect(stand.connection.updateIce(turn)).toBe(OK))).toEqual(['_updateIce']);
    expect(stand.fake.configs.at(-1)).toMatchObject({ maxInboundPackets: 9 });
    stand.backEnd.answers._updateIce = FAILED;
    expect(stand.connection.updateIce({ iceServers: [] })).toBe(FAILED);
    expect(stand.connection.getIceServers()).toHaveLength(1);
    expect(
      stand.callsOf(() =>
        expect(stand.connection.updateIce({ iceServers: [{}] as never })).toBe(ERR_INVALID_PARAMETER),
      ),
    ).toEqual([]);
  });

  it('getIceServers hands out copies', () => {
    const stand = new Stand(turn);
    const [server] = stand.connection.getIceServers();
    (server as { urls: string[] }).urls.push('x');
    expect(stand.connection.getIceServers()).toEqual([{ urls: ['turn:t'], username: 'u' }]);
  });

  it('R-055 restartIce needs the capability', () => {
    const plain = new Stand().connected();
    expect(plain.callsOf(() => expect(plain.connection.restartIce()).toBe(ERR_UNAVAILABLE))).toEqual([]);
    const able = new Stand({}, { iceRestart: true }).connected();
    expect(able.callsOf(() => expect(able.connection.restartIce()).toBe(OK))).toEqual(['_restartIce']);
  });
});

describe('the default extension', () => {
  it('R-009 is used by new connections, and refuses a class that does not extend the contract', () => {
    const backEnd = new FakeBackEnd();
    expect(WebRTCPeerConnection.setDefaultExtension(backEnd.Extension)).toBe(OK);
    for (const bad of [class {}, {}, 'name', undefined]) {
      expect(WebRTCPeerConnection.setDefaultExtension(bad as never)).toBe(ERR_INVALID_PARAMETER);
    }
    for (const connection of [new WebRTCPeerConnection(), WebRTCPeerConnection.create()]) {
      expect(connection.extension).toBeInstanceOf(backEnd.Extension);
      expect(connection.getConnectionState()).toBe(STATE_NEW);
    }
    const { error, connection } = WebRTCPeerConnection.createRemote([{ urls: 'stun:s' }]);
    expect([error, connection.getIceServers()]).toEqual([OK, [{ urls: ['stun:s'] }]]);
    expect(WebRTCPeerConnection.setDefaultExtension(null)).toBe(OK);
    expect(new WebRTCPeerConnection().extension).not.toBeInstanceOf(backEnd.Extension);
  });

  it('R-035 createRemote with a proxy gives ERR_UNAVAILABLE and a closed connection', () => {
    const backEnd = new FakeBackEnd();
    WebRTCPeerConnection.setDefaultExtension(backEnd.Extension);
    const proxy = { type: 2, hostAddress: 'p', hostPort: 1 } as const;
    const { error, connection } = WebRTCPeerConnection.createRemote([], proxy);
    WebRTCPeerConnection.setDefaultExtension(null);
    expect([error, connection.getConnectionState()]).toEqual([ERR_UNAVAILABLE, STATE_CLOSED]);
    expect(backEnd.made.flatMap((made) => made.calls)).toEqual([]);
  });
});
