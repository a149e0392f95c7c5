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
const CANDIDATE = 'candidate:1 1 UDP 1 127.0.0.1 9 typ host';

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

  it('S4-71 setDefaultExtension decides what `new` returns, and nothing decides for what is there', () => {
    const [one, other] = [new FakeBackEnd(), new FakeBackEnd()];
    WebRTCPeerConnection.setDefaultExtension(one.Extension);
    const first = new WebRTCPeerConnection();
    WebRTCPeerConnection.setDefaultExtension(other.Extension);
    const second = new WebRTCPeerConnection();
    WebRTCPeerConnection.setDefaultExtension(null);
    expect([first.extension, second.extension]).toEqual([one.last, other.last]);
    expect(new WebRTCPeerConnection().extension).not.toBeInstanceOf(other.Extension);
  });

  it('S4-50 the three steps of the tutorial connect: offer, answer, candidates both ways', () => {
    const pair = new SeedPair();
    pair.connect();
    expect(argsOf(pair.ofA, 'session_description_created').map(([type]) => type)).toEqual(['offer']);
    expect(argsOf(pair.ofB, 'session_description_created').map(([type]) => type)).toEqual(['answer']);
    expect([pair.a.getConnectionState(), pair.b.getConnectionState()]).toEqual([2, 2]);
  });
});

/** Each method with the arguments of Godot: what it gives, and what the back end is told. */
const METHODS: readonly [
  row: string,
  name: string,
  args: readonly unknown[],
  at: (stand: Stand) => unknown,
  calls: readonly string[],
][] = [
  [
    'S4-05',
    'addIceCandidate',
    ['data', 0, CANDIDATE],
    (stand) => stand.connected(),
    [`_addIceCandidate data 0 ${CANDIDATE}`],
  ],
  ['S4-08', 'createOffer', [], (stand) => stand.open(), ['_createOffer']],
  ['S4-12', 'initialize', [], () => {}, ['_close']],
  ['S4-13', 'poll', [], () => {}, []],
  [
    'S4-15',
    'setLocalDescription',
    ['offer', OFFER],
    (stand) => stand.created(),
    [`_setLocalDescription offer ${OFFER}`],
  ],
  [
    'S4-16',
    'setRemoteDescription',
    ['answer', ANSWER],
    (stand) => stand.offered(),
    [`_setRemoteDescription answer ${ANSWER}`],
  ],
];

describe('methods', () => {
  it.each(METHODS)('%s %s gives an Error, and is what the back end hears', (_row, name, args, at, calls) => {
    const stand = new Stand();
    at(stand);
    const { fake } = stand;
    const before = fake.calls.length;
    const call = stand.connection[name as 'poll'] as (...given: readonly unknown[]) => unknown;
    expect(call.apply(stand.connection, [...args])).toBe(Err.OK);
    expect(fake.calls.slice(before)).toEqual(calls);
  });

  it('S4-06 S4-09 S4-10 S4-11 close gives nothing, and the three states are read after every step', () => {
    const stand = new Stand();
    const { connection } = stand;
    const read = (): number[] => [
      connection.getConnectionState(),
      connection.getGatheringState(),
      connection.getSignalingState(),
    ];
    const seen = [read()];
    stand.offered();
    stand.fake.report.gatheringStateChanged(1);
    stand.poll();
    seen.push(read());
    connection.setRemoteDescription('answer', ANSWER);
    stand.fake.report.gatheringStateChanged(2);
    stand.fake.report.connectionStateChanged(2);
    stand.poll();
    seen.push(read());
    expect(connection.close()).toBeUndefined();
    seen.push(read());
    expect(seen).toEqual([
      [0, 0, 0],
      [1, 1, 1],
      [2, 2, 0],
      [5, 2, 5],
    ]);
  });

  it('S4-07 createDataChannel gives a channel of this label and these options, or null', () => {
    const made = new Stand().connection.createDataChannel('chat', { ordered: false, protocol: 'p' });
    expect(made).toBeInstanceOf(WebRTCDataChannel);
    expect([made?.getLabel(), made?.isOrdered(), made?.getProtocol()]).toEqual(['chat', false, 'p']);
    expect(new Stand().connected().connection.createDataChannel('late')).toBeNull();
  });

  it('S4-54 the two values of session_description_created go to setLocalDescription and to the other side', () => {
    const [here, there] = [new Stand(), new Stand()];
    here.connection.session_description_created.connect((type, sdp) => {
      expect(here.connection.setLocalDescription(type, sdp)).toBe(Err.OK);
      expect(there.connection.setRemoteDescription(type, sdp)).toBe(Err.OK);
    });
    here.created();
    expect(here.fake.calls.at(-1)).toBe(`_setLocalDescription offer ${OFFER}`);
    expect(there.fake.calls).toContain(`_setRemoteDescription offer ${OFFER}`);
  });

  it('S4-67 createOffer that gives OK is followed by the description, or by error_occurred', () => {
    const described = (stand: Stand): string[] =>
      stand.poll(3).flatMap((line) => line.match(/^(?:session_description_created offer|error_occurred .*)/) ?? []);
    const [good, bad] = [new Stand(), new Stand()];
    for (const stand of [good, bad]) {
      stand.open();
      expect([stand.connection.createOffer(), described(stand)]).toEqual([Err.OK, []]);
    }
    good.fake.report.sessionDescriptionCreated('offer', OFFER);
    bad.fake.report.failed('create', 'no such codec');
    expect([described(good), described(bad)]).toEqual([
      ['session_description_created offer'],
      ['error_occurred no such codec'],
    ]);
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

describe('unreliable channels', () => {
  it.each([
    ['by retransmits', { maxRetransmits: 0 }, false],
    ['by lifetime', { maxPacketLifeTime: 1 }, false],
    ['neither', {}, true],
  ])('S4-63 %s: %o, on a link that loses packets', (_how, options, isReliable) => {
    const pair = new SeedPair({}, { latencyMs: 10, lossRate: 0.2 });
    const mine = pair.a.createDataChannel('game', options);
    pair.a.createOffer();
    const advance = (frames: number): void => {
      for (let n = 0; n < frames; n += 1) {
        pair.clock.advance(20);
        pair.frames(1);
      }
    };
    for (let n = 0; n < 500 && mine?.getReadyState() !== 1; n += 1) advance(1);
    for (let n = 0; n < 100; n += 1) mine?.putPacket(Uint8Array.of(n));
    advance(1500);
    const arrived = pair.b.getDataChannels()[0]?.getAvailablePacketCount() ?? 0;
    expect(arrived).toBeGreaterThan(20);
    expect(arrived === 100).toBe(isReliable);
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

  it('S4-73 when setLocalDescription is refused, no candidate comes', () => {
    const stand = new Stand().created();
    stand.backEnd.answers['_setLocalDescription'] = Err.FAILED;
    expect(stand.connection.setLocalDescription('offer', OFFER)).toBe(Err.FAILED);
    stand.fake.report.iceCandidateCreated('data', 0, CANDIDATE);
    expect(stand.poll(3).filter((line) => line.startsWith('ice_candidate'))).toEqual([]);
  });

  it('S4-77 gathering can go back from complete to gathering', () => {
    const stand = new Stand().offered();
    const gather = (state: 1 | 2): unknown[] => {
      stand.fake.report.gatheringStateChanged(state);
      return [...stand.poll(), stand.connection.getGatheringState()];
    };
    expect([gather(1), gather(2), gather(1), gather(2)]).toEqual([
      ['gathering_state_changed 1', 1],
      ['gathering_state_changed 2', 'ice_gathering_completed', 2],
      ['gathering_state_changed 1', 1],
      ['gathering_state_changed 2', 'ice_gathering_completed', 2],
    ]);
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
