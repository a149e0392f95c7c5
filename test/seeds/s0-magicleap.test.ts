/** S0: MagicLeap's `PeerConnection`, member by member. Tracks and streams have files of their own. */
import {
  Err,
  errorString,
  fromSignalingJson,
  ProxyType,
  toSignalingJson,
  WebRTCDataChannel,
  WebRTCPeerConnection,
  WebRTCPeerConnectionExtension,
} from 'scenewire';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { recordErrors } from '../core/support/errors.js';
import { ANSWER, FakeBackEnd, OFFER, Stand } from '../support/fake-extension.js';
import { argsOf, namesOf, SeedPair } from './support/pair.js';

const errors = recordErrors();
const STUN = { urls: ['stun:stun.example.org'] };

let backEnd: FakeBackEnd;
beforeEach(() => {
  backEnd = new FakeBackEnd();
  WebRTCPeerConnection.setDefaultExtension(backEnd.Extension);
});
afterEach(() => WebRTCPeerConnection.setDefaultExtension(null));

const isReadOnly = (name: string): boolean => {
  const connection = new WebRTCPeerConnection() as unknown as Record<string, unknown>;
  return !(name in connection);
};

describe('type and properties', () => {
  it('S0-01 PeerConnection: one class in front of whichever back end there is', () => {
    const connection = new WebRTCPeerConnection();
    expect(connection.extension).toBeInstanceOf(backEnd.Extension);
    expect(connection.extension).toBeInstanceOf(WebRTCPeerConnectionExtension);
  });

  it('S0-02 S0-54 IceCandidate: the local side of the pair in use, null before, and nobody can set it', () => {
    const pair = new SeedPair();
    expect([pair.a.getSelectedCandidate(), pair.a.getSelectedCandidatePair()]).toEqual([null, null]);
    pair.connect();
    const chosen = pair.a.getSelectedCandidatePair();
    expect(chosen?.local.candidate).toMatch(/^candidate:/);
    expect(pair.a.getSelectedCandidate()).toEqual(chosen?.local);
    expect(pair.a.getSelectedCandidate()).not.toEqual(chosen?.remote);
    Object.assign(pair.a.getSelectedCandidate() ?? {}, { candidate: 'edited by the caller' });
    expect(pair.a.getSelectedCandidate()?.candidate).toMatch(/^candidate:/);
    expect(chosen?.remote.candidate).toBe(pair.b.getSelectedCandidate()?.candidate);
    expect([isReadOnly('iceCandidate'), isReadOnly('iceServers'), isReadOnly('selectedCandidate')]).toEqual([
      true,
      true,
      true,
    ]);
  });

  it('S0-03 S0-54 IceServers: a copy is given, and new ones go through updateIce', () => {
    const { error, connection } = WebRTCPeerConnection.createRemote([STUN]);
    (connection.getIceServers() as unknown[]).push('edited by the caller');
    expect([error, connection.getIceServers()]).toEqual([Err.OK, [STUN]]);
    expect(connection.updateIce({ iceServers: [{ urls: 'stun:other.example.org' }] })).toBe(Err.OK);
    expect(connection.getIceServers()).toEqual([{ urls: ['stun:other.example.org'] }]);
  });
});

describe('methods', () => {
  it('S0-05 AddRemoteIceCandidate: the same as addIceCandidate with its three values', () => {
    const stand = new Stand().offered();
    stand.connection.setRemoteDescription('answer', ANSWER);
    const candidate = { candidate: 'candidate:1 1 UDP 1 127.0.0.1 9 typ host', sdpMid: 'data', sdpMLineIndex: 0 };
    const flat = stand.callsOf(() => stand.connection.addIceCandidate('data', 0, candidate.candidate));
    const object = stand.callsOf(() => stand.connection.addRemoteIceCandidate(candidate));
    expect(object).toEqual(flat);
    expect(object).toEqual([`_addIceCandidate data 0 ${candidate.candidate}`]);
    expect(stand.connection.addRemoteIceCandidate(null as never)).toBe(Err.ERR_INVALID_PARAMETER);
  });

  it('S0-07 S0-55 CreateOffer: no option and no callback is needed, the text comes by signal alone', () => {
    const pair = new SeedPair();
    pair.a.createDataChannel('game');
    expect(pair.a.createOffer()).toBe(Err.OK);
    expect(namesOf(pair.ofA)).toEqual([]);
    pair.frames();
    expect(argsOf(pair.ofA, 'session_description_created')).toEqual([['offer', expect.stringMatching(/^v=0\r\n/)]]);
  });

  it('S0-08 S0-48 CreateRemote: initialized as the one that `new` makes', () => {
    const { error, connection } = WebRTCPeerConnection.createRemote([STUN]);
    expect([error, connection.getConnectionState(), connection.getIceServers()]).toEqual([Err.OK, 0, [STUN]]);
    expect(connection.createDataChannel('game')).not.toBeNull();
    expect(new WebRTCPeerConnection().createDataChannel('game')).not.toBeNull();
  });

  it('S0-09 S0-49 CreateRemote with a proxy: refused where it would be ignored, and the object comes back closed', () => {
    const proxy = { type: ProxyType.PROXY_TYPE_HTTP, hostAddress: 'proxy.example.org', hostPort: 3128 };
    const refused = WebRTCPeerConnection.createRemote([], proxy);
    expect(refused.error).toBe(Err.ERR_UNAVAILABLE);
    expect([refused.connection.getConnectionState(), errors.length]).toEqual([5, 1]);
    const none = WebRTCPeerConnection.createRemote([], { ...proxy, type: ProxyType.PROXY_TYPE_NONE });
    expect([none.error, none.connection.getConnectionState()]).toEqual([Err.OK, 0]);
    WebRTCPeerConnection.setDefaultExtension(new FakeBackEnd({ proxy: true }).Extension);
    expect(WebRTCPeerConnection.createRemote([], proxy).error).toBe(Err.OK);
  });

  it('S0-10 Destroy: closes and lets go, once; initialize revives it', () => {
    const connection = new WebRTCPeerConnection();
    expect([connection.destroy(), connection.destroy(), connection.extension]).toEqual([
      Err.OK,
      Err.ERR_UNCONFIGURED,
      null,
    ]);
    expect([connection.initialize(), connection.getConnectionState()]).toEqual([Err.OK, 0]);
  });

  it('S0-11 S0-12 S0-53 HasFailed and IsConnected are plain answers, false for a dead object, and the state tells all', () => {
    const stand = new Stand();
    const read = (): unknown[] => [
      stand.connection.hasFailed(),
      stand.connection.isPeerConnected(),
      stand.connection.getConnectionState(),
    ];
    expect(read()).toEqual([false, false, 0]);
    stand.connected();
    expect(read()).toEqual([false, true, 2]);
    stand.fake.report.connectionStateChanged(4);
    stand.poll();
    expect(read()).toEqual([true, false, 4]);
    stand.connection.destroy();
    expect(read()).toEqual([false, false, 5]);
  });

  it('S0-14 S0-15 S0-52 SetRemoteOffer and SetRemoteAnswer take SDP or its JSON, and nothing of another type', () => {
    const answering = (offer: string): string[] => {
      const stand = new Stand();
      return stand.callsOf(() => expect(stand.connection.setRemoteOffer(offer)).toBe(Err.OK));
    };
    expect(answering(toSignalingJson('offer', OFFER))).toEqual(answering(OFFER));
    const offering = (answer: string): string[] => {
      const stand = new Stand().offered();
      return stand.callsOf(() => expect(stand.connection.setRemoteAnswer(answer)).toBe(Err.OK));
    };
    expect(offering(toSignalingJson('answer', ANSWER))).toEqual(offering(ANSWER));
    const wrong = new Stand().offered().connection.setRemoteAnswer(toSignalingJson('offer', OFFER));
    expect([wrong, new Stand().connection.setRemoteOffer('{"type":1}')]).toEqual([
      Err.ERR_INVALID_PARAMETER,
      Err.ERR_INVALID_PARAMETER,
    ]);
  });
});

describe('events and the shape of their callbacks', () => {
  it('S0-16 S0-18 S0-26 S0-28 OnConnected and OnDisconnected carry nothing, and come again after a recovery', () => {
    const stand = new Stand().connected();
    expect(stand.signals.filter((line) => /^(connected|disconnected)/.test(line))).toEqual(['connected']);
    const change = (state: 2 | 3): string[] => {
      stand.fake.report.connectionStateChanged(state);
      return stand.poll().filter((line) => /^(connected|disconnected)/.test(line));
    };
    expect([change(3), change(3), change(2), change(3)]).toEqual([
      ['disconnected'],
      [],
      ['connected'],
      ['disconnected'],
    ]);
  });

  it('S0-17 S0-27 OnDataChannelReceived carries the channel', () => {
    const pair = new SeedPair();
    const [, theirs] = pair.connect('chat');
    expect(argsOf(pair.ofB, 'data_channel_received')).toEqual([[theirs]]);
    expect([theirs.getLabel(), argsOf(pair.ofA, 'data_channel_received')]).toEqual(['chat', []]);
  });

  it('S0-19 S0-29 OnError carries a text', () => {
    const stand = new Stand();
    stand.fake.report.failed('candidate', 'the wire is on fire');
    expect(stand.poll()).toEqual(['error_occurred the wire is on fire']);
  });

  it('S0-20 S0-30 OnIceGatheringCompleted carries nothing and comes once', () => {
    const pair = new SeedPair();
    pair.connect();
    expect(argsOf(pair.ofA, 'ice_gathering_completed')).toEqual([[]]);
    expect(argsOf(pair.ofB, 'ice_gathering_completed')).toEqual([[]]);
  });

  it('S0-21 S0-23 S0-31 S0-33 OnLocalOfferCreated and OnLocalAnswerCreated are one signal that names the type', () => {
    const pair = new SeedPair();
    pair.connect();
    const [[type, sdp] = []] = argsOf(pair.ofB, 'session_description_created');
    expect([argsOf(pair.ofA, 'session_description_created')[0]?.[0], type]).toEqual(['offer', 'answer']);
    expect(fromSignalingJson(toSignalingJson(type as string, sdp as string))).toEqual({ type, sdp });
  });

  it('S0-22 S0-32 OnLocalIceCandidateFound carries media, index and name', () => {
    const pair = new SeedPair();
    pair.connect();
    const found = argsOf(pair.ofA, 'ice_candidate_created');
    expect(found.length).toBeGreaterThan(0);
    for (const args of found) expect(args).toEqual([expect.any(String), 0, expect.stringMatching(/^candidate:/)]);
  });

  it('S0-57 nothing is sent by the library: without the game carrying them, descriptions and candidates stay here', () => {
    const stand = new Stand();
    stand.created();
    expect(stand.callsOf(() => stand.poll(5))).toEqual([]);
    expect(stand.states).toEqual([1, 0, 0]);
  });

  it('S0-59 events have many listeners', () => {
    const stand = new Stand();
    const heard: number[] = [];
    for (const n of [1, 2, 3]) stand.connection.error_occurred.connect(() => void heard.push(n));
    stand.fake.report.failed('candidate', 'x');
    stand.poll();
    expect(heard).toEqual([1, 2, 3]);
  });
});

describe('results and types', () => {
  it('S0-36 S0-37 MLResult is a number, OK is 0, and errorString is its text', () => {
    expect([Err.OK, new WebRTCPeerConnection().poll(), errorString(Err.OK)]).toEqual([0, 0, 'OK']);
    expect(errorString(Err.ERR_UNCONFIGURED)).not.toBe(errorString(Err.FAILED));
  });

  it('S0-38 InstanceNotCreated is ERR_UNCONFIGURED: no back end, or destroyed', () => {
    const connection = new WebRTCPeerConnection();
    connection.destroy();
    expect([connection.poll(), connection.createOffer(), connection.addIceCandidate('a', 0, '')]).toEqual([
      Err.ERR_UNCONFIGURED,
      Err.ERR_UNCONFIGURED,
      Err.ERR_UNCONFIGURED,
    ]);
  });

  it('S0-40 S0-50 InvalidParam may come from every call with arguments', () => {
    const connection = new WebRTCPeerConnection();
    const wrong = undefined as never;
    const codes = [
      connection.initialize({ iceServers: [wrong] }),
      connection.addIceCandidate(wrong, wrong, wrong),
      connection.setLocalDescription(wrong, wrong),
      connection.setRemoteDescription('offer', ''),
      connection.setRemoteAnswer(wrong),
      WebRTCPeerConnection.setDefaultExtension(class {} as never),
    ];
    expect(codes).toEqual(codes.map(() => Err.ERR_INVALID_PARAMETER));
    expect(errors).toHaveLength(codes.length);
  });

  it('S0-41 the API object is the default extension, which can be replaced and restored', () => {
    expect(WebRTCPeerConnection.getDefaultExtension()).toBe(backEnd.Extension);
    WebRTCPeerConnection.setDefaultExtension(null);
    expect(WebRTCPeerConnection.getDefaultExtension()).not.toBe(backEnd.Extension);
  });

  it('S0-42 S0-43 S0-44 candidates, servers and proxies are plain objects, servers in both spellings', () => {
    const legacy = { uri: 'turn:turn.example.org', userName: 'ann', password: 'secret' };
    const { error, connection } = WebRTCPeerConnection.createRemote([legacy]);
    expect([error, connection.getIceServers()]).toEqual([
      Err.OK,
      [{ urls: ['turn:turn.example.org'], username: 'ann', credential: 'secret' }],
    ]);
    const proxy = {
      type: ProxyType.PROXY_TYPE_SOCKS5,
      hostAddress: 'proxy.example.org',
      hostPort: 1080,
      username: 'ann',
      password: 'secret',
      autoDetect: true,
      autoConfigUrl: 'http://proxy.example.org/pac',
      bypassList: 'localhost',
    };
    const all = { proxy: true, proxyAutoDetect: true, proxyAutoConfig: true, proxyBypass: true };
    const stand = new Stand({ proxyConfig: proxy }, all);
    expect(stand.fake.configs[0]?.proxyConfig).toEqual(proxy);
  });

  it('S0-47 DataChannel', () => {
    expect(new WebRTCPeerConnection().createDataChannel('game')).toBeInstanceOf(WebRTCDataChannel);
  });

  it('S0-51 OK means that this call was accepted', () => {
    const connection = new WebRTCPeerConnection();
    connection.createDataChannel('game');
    expect([connection.createOffer(), connection.createOffer()]).toEqual([Err.OK, Err.FAILED]);
  });

  it('S0-56 an answer is made without a call, and the local description is set by the game', () => {
    const stand = new Stand();
    const calls = stand.callsOf(() => stand.answering());
    expect(calls.map((call) => call.split(' ')[0])).toEqual(['_setRemoteDescription', '_createAnswer']);
    expect(stand.connection.getLocalDescription()).toBeNull();
    stand.connection.setLocalDescription('answer', ANSWER);
    expect(stand.connection.getLocalDescription()?.type).toBe('answer');
  });
});
