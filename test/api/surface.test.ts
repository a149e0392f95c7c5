import * as scenewire from 'scenewire';
import {
  ConnectFlags,
  Err,
  errorString,
  GodotObject,
  getLogger,
  LogLevel,
  PacketPeer,
  Signal,
  setErrorHandler,
  setLogLevel,
  setLogSink,
  WebRTCDataChannel,
  WebRTCDataChannelExtension,
  WebRTCPeerConnection,
  WebRTCPeerConnectionExtension,
} from 'scenewire';
import { LoopbackNetwork, ManualClock } from 'scenewire/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const network = new LoopbackNetwork({ clock: new ManualClock() });

beforeEach(() => {
  WebRTCPeerConnection.setDefaultExtension(network.Extension);
});
afterEach(() => {
  WebRTCPeerConnection.setDefaultExtension(null);
  setErrorHandler(null);
});

/** What a class has of these names that is neither a method nor an accessor of its prototype. */
function missingIn(prototype: object, names: readonly string[]): string[] {
  return names.filter((name) => {
    for (let at: object | null = prototype; at !== null; at = Object.getPrototypeOf(at)) {
      const found = Object.getOwnPropertyDescriptor(at, name);
      if (found !== undefined) return typeof found.value !== 'function' && found.get === undefined;
    }
    return true;
  });
}

function words(text: string): string[] {
  return text.trim().split(/\s+/);
}

const STATES = {
  STATE_NEW: 0,
  STATE_CONNECTING: 1,
  STATE_CONNECTED: 2,
  STATE_DISCONNECTED: 3,
  STATE_FAILED: 4,
  STATE_CLOSED: 5,
};
const GATHERING = { GATHERING_STATE_NEW: 0, GATHERING_STATE_GATHERING: 1, GATHERING_STATE_COMPLETE: 2 };
const SIGNALING = {
  SIGNALING_STATE_STABLE: 0,
  SIGNALING_STATE_HAVE_LOCAL_OFFER: 1,
  SIGNALING_STATE_HAVE_REMOTE_OFFER: 2,
  SIGNALING_STATE_HAVE_LOCAL_PRANSWER: 3,
  SIGNALING_STATE_HAVE_REMOTE_PRANSWER: 4,
  SIGNALING_STATE_CLOSED: 5,
};
const CHANNEL = { STATE_CONNECTING: 0, STATE_OPEN: 1, STATE_CLOSING: 2, STATE_CLOSED: 3 };
const WRITE = { WRITE_MODE_TEXT: 0, WRITE_MODE_BINARY: 1 };

describe('WebRTCPeerConnection', () => {
  it('R-009 a fresh object works without initialize and reads the defaults of Godot', () => {
    const connection = new WebRTCPeerConnection();
    expect([connection.getConnectionState(), connection.getGatheringState(), connection.getSignalingState()]).toEqual([
      0, 0, 0,
    ]);
    expect([connection.getIceConnectionState(), connection.isPeerConnected(), connection.hasFailed()]).toEqual([
      0,
      false,
      false,
    ]);
    expect([connection.getLocalDescription(), connection.getRemoteDescription()]).toEqual([null, null]);
    expect([connection.getSelectedCandidate(), connection.getSelectedCandidatePair()]).toEqual([null, null]);
    expect([connection.getDataChannels(), connection.getIceServers(), connection.getRefusedChannelCount()]).toEqual([
      [],
      [],
      0,
    ]);
    expect(connection.getCapabilities()).toMatchObject({ maxMessageSize: expect.any(Number), media: false });
    expect([connection.extension instanceof network.Extension, connection.isBlockingSignals()]).toEqual([true, false]);
    expect([connection.poll(), connection.createDataChannel('x') instanceof WebRTCDataChannel]).toEqual([Err.OK, true]);
    connection.close();
  });

  it.each([
    ['S4-20', 'ConnectionState', STATES, scenewire.ConnectionState],
    ['S4-27', 'GatheringState', GATHERING, scenewire.GatheringState],
    ['S4-31', 'SignalingState', SIGNALING, scenewire.SignalingState],
  ])('%s %s has the constants of Godot and no others', (_row, _name, constants, exported) => {
    expect(exported).toEqual(constants);
    for (const [name, value] of Object.entries(constants)) expect(Reflect.get(WebRTCPeerConnection, name)).toBe(value);
  });

  it.each(
    [
      [21, STATES],
      [28, GATHERING],
      [32, SIGNALING],
    ].flatMap(([row, constants]) =>
      Object.entries(constants as object).map(
        ([name, value], i) => [`S4-${(row as number) + i}`, name, value] as const,
      ),
    ),
  )('%s %s is the number of Godot: %i', (_row, name, value) => {
    expect(WebRTCPeerConnection[name as keyof typeof WebRTCPeerConnection]).toBe(value);
  });

  it('S3-09 IceConnectionState has the seven states of W3C', () => {
    expect(scenewire.IceConnectionState).toEqual({
      ICE_STATE_NEW: 0,
      ICE_STATE_CHECKING: 1,
      ICE_STATE_CONNECTED: 2,
      ICE_STATE_COMPLETED: 3,
      ICE_STATE_FAILED: 4,
      ICE_STATE_DISCONNECTED: 5,
      ICE_STATE_CLOSED: 6,
    });
  });

  it('has the methods of Godot', () => {
    const methods = words(`addIceCandidate close createDataChannel createOffer getConnectionState getGatheringState
      getSignalingState initialize poll setLocalDescription setRemoteDescription`);
    expect(missingIn(WebRTCPeerConnection.prototype, [...methods, 'noSuchMethod'])).toEqual(['noSuchMethod']);
  });

  it('S4-14 setDefaultExtension is static, and null restores the bundled one', () => {
    const made = new WebRTCPeerConnection();
    expect(WebRTCPeerConnection.setDefaultExtension(null)).toBe(Err.OK);
    expect(made.extension).toBeInstanceOf(network.Extension);
    expect(new WebRTCPeerConnection().extension).not.toBeInstanceOf(network.Extension);
  });

  it('has the methods of the other seeds', () => {
    const methods = words(`destroy isPeerConnected hasFailed getIceServers getSelectedCandidate getSelectedCandidatePair
      addRemoteIceCandidate setRemoteOffer setRemoteAnswer getDataChannels createAnswer getLocalDescription
      getRemoteDescription getIceConnectionState updateIce restartIce getStats getCapabilities`);
    expect(missingIn(WebRTCPeerConnection.prototype, methods)).toEqual([]);
    expect(typeof WebRTCPeerConnection.prototype[Symbol.dispose]).toBe('function');
    expect([typeof WebRTCPeerConnection.create, typeof WebRTCPeerConnection.createRemote]).toEqual([
      'function',
      'function',
    ]);
  });

  it('S4-17 S4-18 S4-19 has every signal as a field, by name and as an event', () => {
    const connection = new WebRTCPeerConnection();
    const names = words(`session_description_created ice_candidate_created data_channel_received connected disconnected
      error_occurred ice_gathering_completed connection_state_changed gathering_state_changed signaling_state_changed
      ice_connection_state_changed negotiation_needed identity_assertion_created identity_result track_added track_removed
      stream_added stream_removed`);
    expect([...connection.getSignalList()].sort()).toEqual([...names].sort());
    for (const name of names as 'connected'[]) {
      const heard: string[] = [];
      expect(connection[name]).toBeInstanceOf(Signal);
      expect([connection[name].name, connection[name].hasConnections()]).toEqual([name, false]);
      connection.connect(name, () => heard.push('name'));
      connection.addEventListener(name, () => void heard.push('event'));
      connection[name].emit();
      expect(heard).toEqual(['name', 'event']);
    }
  });

  it('create and createRemote give an initialized connection', () => {
    expect(WebRTCPeerConnection.create().getConnectionState()).toBe(0);
    const { error, connection } = WebRTCPeerConnection.createRemote([{ urls: 'stun:stun.example.org' }], null);
    expect([error, connection.getConnectionState(), connection.getIceServers()]).toEqual([
      Err.OK,
      0,
      [{ urls: ['stun:stun.example.org'] }],
    ]);
  });

  it('R-056 getStats resolves at any time', async () => {
    const connection = new WebRTCPeerConnection();
    const empty = { bytesSent: 0, bytesReceived: 0, selectedPair: null };
    await expect(connection.getStats()).resolves.toMatchObject(empty);
    connection.destroy();
    await expect(connection.getStats()).resolves.toMatchObject({
      ...empty,
      error: Err.ERR_UNAVAILABLE,
      roundTripTimeMs: -1,
    });
  });

  it('is released at the end of a using block', () => {
    const connection = new WebRTCPeerConnection();
    connection[Symbol.dispose]();
    expect([connection.getConnectionState(), connection.poll()]).toEqual([5, Err.ERR_UNCONFIGURED]);
  });
});

describe('WebRTCDataChannel', () => {
  function make(): WebRTCDataChannel {
    const channel = new WebRTCPeerConnection().createDataChannel('game');
    if (channel === null) throw new Error('No channel was made');
    return channel;
  }

  it('R-040 R-041 a fresh one reads the defaults of Godot', () => {
    const channel = make();
    expect(channel).toBeInstanceOf(PacketPeer);
    expect([channel.getReadyState(), channel.getLabel(), channel.getProtocol()]).toEqual([0, 'game', '']);
    expect([channel.getId(), channel.getMaxRetransmits(), channel.getMaxPacketLifeTime()]).toEqual([
      65535, 65535, 65535,
    ]);
    expect([channel.isOrdered(), channel.isNegotiated(), channel.wasStringPacket()]).toEqual([true, false, false]);
    expect([channel.writeMode, channel.getWriteMode()]).toEqual([1, 1]);
    expect([channel.getBufferedAmount(), channel.getMaxPacketSize(), channel.getDroppedPacketCount()]).toEqual([
      0, 262144, 0,
    ]);
    expect(channel.poll()).toBe(Err.OK);
    expect(scenewire.UNSET).toBe(65535);
  });

  it('has the constants of Godot with its numbers, on the class and as objects', () => {
    expect({ ...WebRTCDataChannel }).toMatchObject({ ...CHANNEL, ...WRITE });
    expect([scenewire.ChannelState, scenewire.WriteMode]).toEqual([CHANNEL, WRITE]);
  });

  it('has every method of Godot, and writeMode as a property', () => {
    const methods = words(`poll close wasStringPacket setWriteMode getWriteMode getReadyState getLabel isOrdered getId
      getMaxPacketLifeTime getMaxRetransmits getProtocol isNegotiated getBufferedAmount getMaxPacketSize`);
    expect(missingIn(WebRTCDataChannel.prototype, methods)).toEqual([]);
    const channel = make();
    channel.setWriteMode(WebRTCDataChannel.WRITE_MODE_TEXT);
    expect(channel.writeMode).toBe(0);
    channel.writeMode = WebRTCDataChannel.WRITE_MODE_BINARY;
    expect(channel.getWriteMode()).toBe(1);
  });

  it('has its three signals', () => {
    const channel = make();
    expect(channel.getSignalList()).toEqual(['opened', 'closed', 'packet_received']);
    expect([channel.opened, channel.closed, channel.packet_received].every((s) => s instanceof Signal)).toBe(true);
  });
});

describe('PacketPeer', () => {
  class Empty extends PacketPeer {
    getAvailablePacketCount(): number {
      return 0;
    }
    putPacket(): Err {
      return Err.OK;
    }
    protected takePacket(): Err {
      return Err.ERR_UNAVAILABLE;
    }
  }

  it('R-077 a fresh one reads the defaults of Godot', () => {
    const peer = new Empty();
    expect(peer).toBeInstanceOf(GodotObject);
    expect([peer.encodeBufferMaxSize, peer.getEncodeBufferMaxSize(), peer.getPacketError()]).toEqual([
      8388608,
      8388608,
      Err.OK,
    ]);
  });

  it('has every method of Godot', () => {
    const methods = words(`getAvailablePacketCount getPacket getPacketError putPacket getEncodeBufferMaxSize
      setEncodeBufferMaxSize encodeBufferMaxSize getVar putVar`);
    expect(missingIn(Empty.prototype, methods)).toEqual([]);
  });
});

describe('signals and objects', () => {
  it('have every member of the sketch (section 2.2)', () => {
    const ofSignal = words('connect disconnect isConnected hasConnections getConnections emit once');
    const ofObject = words(`connect disconnect isConnected emitSignal hasSignal getSignalList setBlockSignals
      isBlockingSignals addEventListener removeEventListener`);
    expect(missingIn(Signal.prototype, ofSignal)).toEqual([]);
    expect(missingIn(GodotObject.prototype, ofObject)).toEqual([]);
    expect(ConnectFlags).toEqual({ CONNECT_DEFERRED: 1, CONNECT_ONE_SHOT: 4 });
  });
});

describe('the extension contract', () => {
  it('has the methods that an implementer overrides (section 2.6)', () => {
    const ofConnection = words(`_initialize _createDataChannel _createOffer _createAnswer _setLocalDescription
      _setRemoteDescription _addIceCandidate _poll _close _restartIce _updateIce _getSelectedCandidatePair _getStats`);
    expect(missingIn(WebRTCPeerConnectionExtension.prototype, ofConnection)).toEqual([]);
    const ofChannel = words('_putPacket _putText _poll _close _getBufferedAmount');
    expect(missingIn(WebRTCDataChannelExtension.prototype, ofChannel)).toEqual([]);
    expect(new WebRTCPeerConnectionExtension().capabilities).toBe(scenewire.NO_CAPABILITIES);
  });
});

describe('the flat calls', () => {
  it('have every call of the driver (section 2.6)', () => {
    const calls = words(`connectionCreate connectionProcessEvents connectionCreateOffer connectionCreateAnswer
      connectionSetLocalDescription connectionSetRemoteDescription connectionSetRemoteOffer connectionSetRemoteAnswer
      connectionAddRemoteIceCandidate connectionIsConnected connectionHasFailed connectionGetState
      connectionGetDescription connectionGetSelectedCandidatePair connectionGetStats connectionUpdateIce
      connectionRestartIce connectionDestroy dataChannelCreate dataChannelSetCallbacks dataChannelGetLabel
      dataChannelGetInfo dataChannelSend dataChannelClose dataChannelDestroy`);
    expect(missingIn(scenewire.PeerConnectionBindings.prototype, calls)).toEqual([]);
    expect([scenewire.INVALID_HANDLE, scenewire.isHandleValid(0), scenewire.isHandleValid(1)]).toEqual([
      0,
      false,
      true,
    ]);
  });
});

describe('the rest of what is exported', () => {
  it('are the codes, the hooks and the helpers', () => {
    expect([Object.keys(Err).length, errorString(Err.ERR_ALREADY_IN_USE)]).toEqual([49, 'Already in use']);
    expect(scenewire.ProxyType).toEqual({ PROXY_TYPE_NONE: 0, PROXY_TYPE_HTTP: 1, PROXY_TYPE_SOCKS5: 2 });
    expect(scenewire.fromSignalingJson(scenewire.toSignalingJson('offer', 'v=0'))).toEqual({
      type: 'offer',
      sdp: 'v=0',
    });
    const heard: unknown[] = [];
    setErrorHandler((text, err) => heard.push(text, err));
    new WebRTCPeerConnection().createOffer();
    expect(heard).toEqual([expect.any(String), Err.FAILED]);
    setLogSink((level, name, text) => heard.push(level, name, text));
    setLogLevel(LogLevel.INFO);
    getLogger('api').info('said');
    setLogLevel(LogLevel.WARN);
    setLogSink(null);
    expect(heard.slice(2)).toEqual([LogLevel.INFO, 'api', 'said']);
  });
});
