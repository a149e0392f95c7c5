/** S4: what Godot's page of `WebRTCPeerConnection` says beside the calls, signals and constants that test/api lists. */
import {
  Err,
  GodotObject,
  WebRTCDataChannel,
  type WebRTCDataChannelExtension,
  WebRTCPeerConnection,
  WebRTCPeerConnectionExtension,
} from 'scenewire';
import { describe, expect, it } from 'vitest';
import { recordErrors } from '../core/support/errors.js';
import { ANSWER, FakeBackEnd, OFFER, Stand } from '../support/fake-extension.js';
import { argsOf, namesOf, SeedPair, text } from './support/pair.js';

const errors = recordErrors();

describe('the class', () => {
  it('S4-01 S4-04 connects this program with one other, keeps the connection and watches it', () => {
    const pair = new SeedPair();
    const [mine, theirs] = pair.connect();
    mine.putPacket(new TextEncoder().encode('hello'));
    pair.frames();
    expect([pair.a.isPeerConnected(), text(theirs.getPacket())]).toEqual([true, 'hello']);
    pair.b.close();
    pair.clock.advance(1000);
    pair.frames();
    expect(namesOf(pair.ofA)).toContain('disconnected');
  });

  it('S4-02 is an object with signals, and is released by `using` as a reference that goes out of scope', () => {
    const kept: WebRTCPeerConnection[] = [];
    {
      using connection = new WebRTCPeerConnection({ extension: new FakeBackEnd().Extension });
      kept.push(connection);
      expect(connection).toBeInstanceOf(GodotObject);
      expect(connection.hasSignal('session_description_created')).toBe(true);
    }
    expect([kept[0]?.extension, kept[0]?.getConnectionState()]).toEqual([null, 5]);
  });

  it('S4-03 is given its back end by a class that extends WebRTCPeerConnectionExtension', () => {
    const { Extension } = new FakeBackEnd();
    const connection = new WebRTCPeerConnection({ extension: Extension });
    expect(connection.extension).toBeInstanceOf(WebRTCPeerConnectionExtension);
    expect(new WebRTCPeerConnection({ extension: class {} as never }).initialError).toBe(Err.ERR_INVALID_PARAMETER);
  });

  it('S4-50 the three steps of the tutorial connect: offer, answer, candidates both ways', () => {
    const pair = new SeedPair();
    pair.connect();
    expect(argsOf(pair.ofA, 'session_description_created').map(([type]) => type)).toEqual(['offer']);
    expect(argsOf(pair.ofB, 'session_description_created').map(([type]) => type)).toEqual(['answer']);
    expect([pair.a.getConnectionState(), pair.b.getConnectionState()]).toEqual([2, 2]);
  });
});

/** What the back end is told of a channel with these options; null when it was refused. */
function channel(options: object): Record<string, unknown> | null {
  const stand = new Stand();
  const seen: Record<string, unknown>[] = [];
  const back = stand.fake as unknown as {
    _createDataChannel(label: string, config: Record<string, unknown>): WebRTCDataChannelExtension | null;
  };
  const create = back._createDataChannel.bind(back);
  back._createDataChannel = (label, config) => {
    seen.push(config);
    return create(label, config);
  };
  const made = stand.connection.createDataChannel('game', options);
  expect(made instanceof WebRTCDataChannel).toBe(seen.length === 1);
  return seen[0] ?? null;
}

describe('options of createDataChannel', () => {
  it('S4-38 S4-39 negotiated and id come together, from 0 to 65534, each once', () => {
    expect(channel({})).toMatchObject({ negotiated: false, id: null });
    expect(channel({ negotiated: true, id: 0 })).toMatchObject({ negotiated: true, id: 0 });
    expect(channel({ negotiated: true, id: 65534 })).toMatchObject({ id: 65534 });
    for (const options of [{ negotiated: true }, { id: 1 }, { negotiated: true, id: 65535 }]) {
      expect(channel(options)).toBeNull();
    }
    const stand = new Stand();
    stand.open('one', { negotiated: true, id: 7 });
    expect(stand.connection.createDataChannel('two', { negotiated: true, id: 7 })).toBeNull();
    expect(errors).toHaveLength(4);
  });

  it('S4-40 S4-41 S4-64 maxRetransmits and maxPacketLifeTime, the latter in both of its spellings', () => {
    expect(channel({ maxRetransmits: 3 })).toMatchObject({ maxRetransmits: 3, maxPacketLifeTime: null });
    expect(channel({ maxPacketLifeTime: 40 })).toMatchObject({ maxRetransmits: null, maxPacketLifeTime: 40 });
    expect(channel({ maxPacketLifetime: 40 })).toMatchObject({ maxPacketLifeTime: 40 });
    for (const value of [-1, 65536, 0.5, '1']) {
      expect([channel({ maxRetransmits: value }), channel({ maxPacketLifeTime: value })]).toEqual([null, null]);
    }
  });

  it('S4-43 protocol is a text of at most 65535 bytes', () => {
    expect([channel({})?.['protocol'], channel({ protocol: 'chat/2' })?.['protocol']]).toEqual(['', 'chat/2']);
    expect(channel({ protocol: 'ü'.repeat(32767) })).not.toBeNull();
    expect(channel({ protocol: 'ü'.repeat(32768) })).toBeNull();
  });
});

describe('options of initialize', () => {
  it('S4-44 iceServers is a list, and what is none counts as left out', () => {
    const connection = new WebRTCPeerConnection({ extension: new FakeBackEnd().Extension });
    expect(connection.initialize({ iceServers: 'stun:stun.example.org' as never })).toBe(Err.OK);
    expect(connection.getIceServers()).toEqual([]);
  });

  it('S4-46 S4-47 username and credential are optional and go to the back end', () => {
    const turn = { urls: 'turn:turn.example.org' };
    const stand = new Stand({ iceServers: [turn, { ...turn, username: 'ann', credential: 'secret' }] });
    expect(stand.fake.configs[0]?.iceServers).toEqual([
      { urls: ['turn:turn.example.org'] },
      { urls: ['turn:turn.example.org'], username: 'ann', credential: 'secret' },
    ]);
  });
});

describe('notes', () => {
  it('S4-75 candidates flow from setLocalDescription on, and still after an answer', () => {
    const stand = new Stand().offered();
    stand.fake.report.iceCandidateCreated('data', 0, 'candidate:1 1 UDP 1 127.0.0.1 9 typ host');
    expect(stand.poll().filter((line) => line.startsWith('ice_candidate'))).toHaveLength(1);
    stand.connection.setRemoteDescription('answer', ANSWER);
    stand.fake.report.iceCandidateCreated('data', 0, 'candidate:2 1 UDP 1 127.0.0.1 9 typ host');
    expect(stand.poll().filter((line) => line.startsWith('ice_candidate'))).toHaveLength(1);
  });

  it('S4-76 getters deliver nothing', () => {
    const stand = new Stand();
    stand.connection.setRemoteDescription('offer', OFFER);
    stand.fake.report.sessionDescriptionCreated('answer', ANSWER);
    const before = [...stand.signals];
    const { connection } = stand;
    const getters = Object.entries(describeGetters()).map(([, read]) => read(connection));
    expect(getters.length).toBeGreaterThan(10);
    expect(stand.signals).toEqual(before);
    expect(stand.poll()).toContain('session_description_created answer '.concat(ANSWER));
  });
});

function describeGetters(): Record<string, (connection: WebRTCPeerConnection) => unknown> {
  const names = ['ConnectionState', 'GatheringState', 'SignalingState', 'IceConnectionState', 'LocalDescription']
    .concat(['RemoteDescription', 'SelectedCandidate', 'SelectedCandidatePair', 'IceServers', 'DataChannels'])
    .concat(['Capabilities', 'RemoteFeatures', 'RefusedChannelCount']);
  return Object.fromEntries(
    names.map((name) => [name, (connection) => connection[`get${name}` as 'getConnectionState']()]),
  );
}
