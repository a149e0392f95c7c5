/** S2: MagicLeap's binding source: its structs, and the rules that its code shows. Tracks have files of their own. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as scenewire from 'scenewire';
import {
  Err,
  type Handle,
  INVALID_HANDLE,
  isHandleValid,
  PeerConnectionBindings,
  ProxyType,
  type RtcConnectionCallbacks,
  type RtcConnectionConfig,
  WebRTCPeerConnection,
} from 'scenewire';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { recordErrors } from '../core/support/errors.js';
import { CONFIG, Context, callbacks, Room } from '../extension/support/flat-room.js';
import { ANSWER, candidateNo, FakeBackEnd, OFFER, Stand } from '../support/fake-extension.js';
import { argsOf, bytes, namesOf, SeedPair, text } from './support/pair.js';

const errors = recordErrors();
const read = (path: string): string => readFileSync(join(resolve(import.meta.dirname, '../..'), path), 'utf8');
const SERVER = { urls: ['turn:turn.example.org'], username: 'ann', credential: 'secret' };
const PROXY = {
  type: ProxyType.PROXY_TYPE_HTTP,
  hostAddress: 'proxy.example.org',
  hostPort: 3128,
  username: 'ann',
  password: 'secret',
  autoDetect: true,
  autoConfigUrl: 'http://proxy.example.org/pac',
  bypassList: 'localhost',
};
const ALL_PROXIES = { proxy: true, proxyAutoDetect: true, proxyAutoConfig: true, proxyBypass: true };

let backEnd: FakeBackEnd;
beforeEach(() => {
  backEnd = new FakeBackEnd(ALL_PROXIES);
  WebRTCPeerConnection.setDefaultExtension(backEnd.Extension);
});
afterEach(() => WebRTCPeerConnection.setDefaultExtension(null));

const create = (config: object = {}, more: object = {}): { error: Err; handle: Handle } =>
  new PeerConnectionBindings(backEnd.Extension).connectionCreate(
    { ...CONFIG, ...config } as RtcConnectionConfig,
    { ...callbacks(new Context()), ...more } as RtcConnectionCallbacks<Context>,
  );

/** A flat connection with these callbacks answers an offer, connects, gets a channel and is lost. */
function wholeLife(table: Record<string, unknown>): void {
  const bindings = new PeerConnectionBindings(backEnd.Extension);
  const { handle } = bindings.connectionCreate(CONFIG, table as never);
  bindings.connectionSetRemoteOffer(handle, OFFER);
  const { report } = backEnd.last;
  report.sessionDescriptionCreated('answer', ANSWER);
  bindings.connectionProcessEvents(handle);
  bindings.connectionSetLocalDescription(handle, 'answer', ANSWER);
  report.iceCandidateCreated('data', 0, candidateNo(1));
  report.gatheringStateChanged(2);
  report.connectionStateChanged(2);
  backEnd.last.receiveChannel();
  report.failed('candidate', 'x');
  report.connectionStateChanged(4);
  bindings.connectionProcessEvents(handle);
}

describe('file and class', () => {
  it('S2-01 the licence is our own', () => {
    expect(read('LICENSE')).toMatch(/^MIT License/);
    expect(read('src/extension/bindings.ts')).not.toMatch(/copyright/i);
  });

  it('S2-02 S2-88 S2-92 S2-93 S2-94 the flat calls need no library, no native memory and no layout', () => {
    for (const file of ['bindings.ts', 'bindings-channels.ts', 'bindings-types.ts']) {
      const imports = [...read(`src/extension/${file}`).matchAll(/^(?:import|\}) .*?from '([^']+)'/gm)].map(
        ([, name]) => name,
      );
      expect(imports.filter((name) => !name?.startsWith('.'))).toEqual([]);
    }
    const { optionalDependencies } = JSON.parse(read('package.json')) as { optionalDependencies: object };
    expect(optionalDependencies).toHaveProperty('node-datachannel');
  });

  it('S2-03 S2-04 the bindings are exported for those who write scripting layers', () => {
    expect(scenewire.PeerConnectionBindings).toBe(PeerConnectionBindings);
    expect([scenewire.INVALID_HANDLE, typeof scenewire.isHandleValid]).toEqual([0, 'function']);
  });
});

describe('callbacks', () => {
  it('S2-05 S2-06 S2-07 S2-10 S2-11 S2-12 S2-13 S2-14 S2-46 each is asked for, and gets the context last, unchanged', () => {
    const names = ['onError', 'onConnected', 'onDisconnected', 'onDataChannelReceived', 'onLocalDescriptionCreated'];
    for (const name of [...names, 'onLocalIceCandidateFound', 'onIceGatheringCompleted', 'onStateChanged']) {
      expect([name, create({}, { [name]: undefined }).error]).toEqual([name, Err.ERR_INVALID_PARAMETER]);
    }
    const context = Symbol('mine');
    const given: Record<string, unknown[]> = {};
    const table = { ...callbacks(new Context()), context } as unknown as Record<string, unknown>;
    for (const [name, member] of Object.entries(table)) {
      if (typeof member !== 'function') continue;
      table[name] = (...args: unknown[]) => {
        if (given[name] === undefined) given[name] = args;
      };
    }
    wholeLife(table);
    const candidate = { candidate: candidateNo(1), sdpMid: 'data', sdpMLineIndex: 0 };
    expect(given).toEqual({
      onError: ['x', context],
      onConnected: [context],
      onDisconnected: [context],
      onDataChannelReceived: [expect.any(Number), context],
      onLocalDescriptionCreated: ['answer', ANSWER, context],
      onLocalIceCandidateFound: [candidate, context],
      onIceGatheringCompleted: [context],
      onStateChanged: [expect.objectContaining({ signaling: 2 }), context],
    });
  });

  it('S2-29 S2-30 S2-31 S2-35 S2-36 S2-37 S2-38 each only queues; the poll delivers', () => {
    const pair = new SeedPair();
    const emitted = (): string[] => namesOf([...pair.ofA, ...pair.ofB]);
    pair.a.createDataChannel('game');
    pair.a.createOffer();
    expect(emitted()).toEqual([]);
    pair.frames();
    const seen = new Set(emitted());
    for (const name of [
      'connected',
      'session_description_created',
      'ice_candidate_created',
      'ice_gathering_completed',
    ]) {
      expect(seen).toContain(name);
    }
    const typesOf = (all: typeof pair.ofA): unknown[] =>
      argsOf(all, 'session_description_created').map(([type]) => type);
    expect([typesOf(pair.ofA), typesOf(pair.ofB)]).toEqual([['offer'], ['answer']]);
    const stand = new Stand().connected();
    stand.fake.report.failed('candidate', 'x');
    stand.fake.report.connectionStateChanged(3);
    expect(stand.signals.filter((line) => /^(error|disconnected)/.test(line))).toEqual([]);
    expect(stand.poll()).toEqual(expect.arrayContaining(['error_occurred x', 'disconnected']));
  });

  it('S2-34 a received channel is kept, named and announced', () => {
    const stand = new Stand().connected();
    stand.fake.receiveChannel({ label: 'chat', id: 3 });
    expect(stand.poll()).toEqual(['data_channel_received chat']);
    expect(stand.connection.getDataChannels().map((channel) => channel.getLabel())).toEqual(['game', 'chat']);
  });

  it('S2-95 what goes wrong is told to one hook', () => {
    new WebRTCPeerConnection().createDataChannel('game', { id: 1 });
    expect(errors).toEqual([expect.objectContaining({ err: Err.ERR_INVALID_PARAMETER })]);
  });

  it('S2-97 the ten events have their signals', () => {
    const names = ['error_occurred', 'connected', 'disconnected', 'data_channel_received', 'ice_gathering_completed'];
    const list = new WebRTCPeerConnection().getSignalList();
    expect(list).toEqual(expect.arrayContaining([...names, 'session_description_created', 'ice_candidate_created']));
  });
});

describe('creating', () => {
  it('S2-15 S2-16 S2-17 S2-102 one creation behind both forms; the eight proxy fields are copied', () => {
    const edited = { ...PROXY };
    const { error, connection } = WebRTCPeerConnection.createRemote([SERVER], edited);
    edited.hostAddress = 'edited.example.org';
    expect([error, connection.getConnectionState()]).toEqual([Err.OK, 0]);
    expect(backEnd.last.configs[0]).toMatchObject({ iceServers: [SERVER], proxyConfig: PROXY });
    expect(WebRTCPeerConnection.createRemote([SERVER]).error).toBe(Err.OK);
    expect(backEnd.last.configs[0]?.proxyConfig).toBeNull();
  });

  it('S2-18 S2-86 S2-87 S2-91 S2-96 a handle for each, valid as long as it lives', () => {
    const bindings = new PeerConnectionBindings(backEnd.Extension);
    const { handle } = bindings.connectionCreate(CONFIG, callbacks(new Context()));
    expect([isHandleValid(handle), isHandleValid(INVALID_HANDLE), INVALID_HANDLE]).toEqual([true, false, 0]);
    expect([bindings.connectionDestroy(handle), bindings.connectionDestroy(handle)]).toEqual([
      Err.OK,
      Err.ERR_DOES_NOT_EXIST,
    ]);
  });

  it('S2-39 S2-40 S2-41 S2-42 S2-43 the config: version 1, any number of servers, a proxy or none', () => {
    expect([create({ version: 0 }).error, create({ version: 1 }).error]).toEqual([Err.ERR_INVALID_PARAMETER, Err.OK]);
    for (const count of [0, 1, 3]) {
      create({ iceServers: Array.from({ length: count }, () => SERVER) });
      expect(backEnd.last.configs[0]?.iceServers).toHaveLength(count);
    }
    expect([create({ proxyConfig: null }).error, create({ proxyConfig: PROXY }).error]).toEqual([Err.OK, Err.OK]);
  });

  it('S2-44 S2-45 S2-46 S2-140 the callbacks: version 1, an opaque context, members in any order', () => {
    const opaque = Symbol('context');
    expect(create({}, { version: 3 }).error).toBe(Err.ERR_INVALID_PARAMETER);
    const reversed = Object.fromEntries(Object.entries(callbacks(new Context())).reverse());
    expect(create({}, { ...reversed, context: opaque }).error).toBe(Err.OK);
  });

  it('S2-47 S2-48 S2-49 S2-52 S2-53 S2-54 S2-55 S2-56 every member of the table is called in one handshake or loss', () => {
    const called = new Set<string>();
    const table = callbacks(new Context()) as unknown as Record<string, unknown>;
    for (const [name, member] of Object.entries(table)) {
      if (typeof member === 'function') table[name] = () => void called.add(name);
    }
    wholeLife(table);
    const all = Object.keys(table).filter((name) => typeof table[name] === 'function');
    expect([...called].sort()).toEqual(all.sort());
  });

  it('S2-122 S2-123 a failed creation gives no handle, no event, and an object that is closed', () => {
    const failing = new FakeBackEnd();
    failing.answers['_initialize'] = Err.FAILED;
    const context = new Context();
    const made = new PeerConnectionBindings(failing.Extension).connectionCreate(CONFIG, callbacks(context));
    expect([made, context.events]).toEqual([{ error: Err.FAILED, handle: INVALID_HANDLE }, []]);
    WebRTCPeerConnection.setDefaultExtension(failing.Extension);
    const { error, connection } = WebRTCPeerConnection.createRemote([]);
    expect([error, connection.getConnectionState()]).toEqual([Err.FAILED, 5]);
  });

  it('S2-125 no list of servers means none', () => {
    for (const iceServers of [null, undefined]) {
      expect(create({ iceServers }).error).toBe(Err.OK);
      expect(backEnd.last.configs[0]?.iceServers).toEqual([]);
    }
  });
});

describe('flat calls', () => {
  it('S2-19 S2-20 S2-21 S2-22 S2-23 S2-28 S2-89 the whole handshake goes through them, each giving OK', () => {
    const bindings = new PeerConnectionBindings(backEnd.Extension);
    const { handle } = bindings.connectionCreate(CONFIG, callbacks(new Context()));
    bindings.dataChannelCreate(handle, 'game');
    const codes = [bindings.connectionCreateOffer(handle)];
    backEnd.last.report.sessionDescriptionCreated('offer', OFFER);
    codes.push(
      bindings.connectionProcessEvents(handle),
      bindings.connectionSetLocalDescription(handle, 'offer', OFFER),
    );
    codes.push(bindings.connectionSetRemoteDescription(handle, 'answer', ANSWER));
    const candidate = { candidate: candidateNo(1), sdpMid: 'data', sdpMLineIndex: 0 };
    codes.push(bindings.connectionAddRemoteIceCandidate(handle, candidate));
    const { last } = backEnd;
    codes.push(bindings.connectionDestroy(handle));
    expect(codes).toEqual(codes.map(() => Err.OK));
    expect(last.calls.filter((call) => !call.startsWith('_get'))).toEqual([
      '_initialize',
      '_createDataChannel game',
      '_createOffer',
      `_setLocalDescription offer ${OFFER}`,
      `_setRemoteDescription answer ${ANSWER}`,
      `_addIceCandidate data 0 ${candidateNo(1)}`,
      '_close',
    ]);
    const other = bindings.connectionCreate(CONFIG, callbacks(new Context())).handle;
    expect(bindings.connectionSetRemoteDescription(other, 'offer', OFFER)).toBe(Err.OK);
    expect(backEnd.last.calls).toContain(`_setRemoteDescription offer ${OFFER}`);
  });

  it('S2-24 S2-25 connected and failed are booleans beside a code', () => {
    const room = new Room();
    room.connect();
    expect(room.bindings.connectionIsConnected(room[0])).toEqual({ error: Err.OK, value: true });
    expect(room.bindings.connectionHasFailed(room[0])).toEqual({ error: Err.OK, value: false });
    const bindings = new PeerConnectionBindings(backEnd.Extension);
    const { handle } = bindings.connectionCreate(CONFIG, callbacks(new Context()));
    expect(bindings.connectionIsConnected(handle)).toEqual({ error: Err.OK, value: false });
    bindings.dataChannelCreate(handle, 'game');
    bindings.connectionCreateOffer(handle);
    backEnd.last.report.failed('create', 'no');
    bindings.connectionProcessEvents(handle);
    expect(bindings.connectionHasFailed(handle)).toEqual({ error: Err.OK, value: true });
  });
});

describe('structs', () => {
  it('S2-57 S2-58 S2-60 S2-61 S2-62 S2-100 a server: one address or many, user, password, in both spellings', () => {
    create({ iceServers: [{ uri: 'turn:turn.example.org', userName: 'ann', password: 'secret' }, SERVER] });
    expect(backEnd.last.configs[0]?.iceServers).toEqual([SERVER, SERVER]);
    create({ iceServers: [{ urls: ['stun:a.example.org', 'stun:b.example.org'] }] });
    expect(backEnd.last.configs[0]?.iceServers[0]?.urls).toHaveLength(2);
  });

  it('S2-63 S2-64 S2-65 S2-66 S2-67 S2-68 S2-101 a candidate: text, media id, index, unchanged in both directions', () => {
    const stand = new Stand().offered();
    stand.fake.report.iceCandidateCreated('data', 0, candidateNo(1));
    const [emitted] = stand.poll();
    expect(emitted).toBe(`ice_candidate_created data 0 ${candidateNo(1)}`);
    const other = new Stand().answering();
    other.connection.addRemoteIceCandidate({ candidate: candidateNo(1), sdpMid: 'data', sdpMLineIndex: 0 });
    expect(other.fake.calls.at(-1)).toBe(`_addIceCandidate data 0 ${candidateNo(1)}`);
  });

  it('S2-69 S2-70 S2-71 S2-72 S2-73 S2-74 a proxy: kind, host, port and login, checked', () => {
    expect([ProxyType.PROXY_TYPE_NONE, ProxyType.PROXY_TYPE_HTTP, ProxyType.PROXY_TYPE_SOCKS5]).toEqual([0, 1, 2]);
    const wrong = [{ type: 3 }, { hostAddress: '' }, { hostPort: 0 }, { hostPort: 65536 }, { hostPort: 1.5 }];
    for (const change of wrong) {
      expect(create({ proxyConfig: { ...PROXY, ...change } }).error).toBe(Err.ERR_INVALID_PARAMETER);
    }
    expect(create({ proxyConfig: { ...PROXY, type: ProxyType.PROXY_TYPE_SOCKS5 } }).error).toBe(Err.OK);
    expect(backEnd.last.configs[0]?.proxyConfig).toMatchObject({ username: 'ann', password: 'secret' });
  });

  it.each([
    ['S2-75', 'proxyAutoDetect', { autoDetect: true }],
    ['S2-76', 'proxyAutoConfig', { autoConfigUrl: 'http://proxy.example.org/pac' }],
    ['S2-77', 'proxyBypass', { bypassList: 'localhost' }],
  ])('%s a proxy needs the capability %s', (_row, capability, field) => {
    const proxyConfig = { type: ProxyType.PROXY_TYPE_HTTP, hostAddress: 'h', hostPort: 1, ...field };
    const errorWith = (capabilities: object): Err =>
      new WebRTCPeerConnection({ extension: new FakeBackEnd(capabilities).Extension }).initialize({ proxyConfig });
    expect([errorWith({ proxy: true }), errorWith({ proxy: true, [capability]: true })]).toEqual([
      Err.ERR_UNAVAILABLE,
      Err.OK,
    ]);
  });
});

describe('channels', () => {
  it('S2-99 S2-115 S2-136 S2-137 the connection keeps local and received ones, oldest first, without being asked to', () => {
    const pair = new SeedPair();
    pair.b.createDataChannel('local', { negotiated: true, id: 9 });
    const mine = pair.a.createDataChannel('mine');
    pair.a.createOffer();
    pair.frames();
    expect(pair.a.getDataChannels()).toEqual([mine]);
    expect(pair.b.getDataChannels().map((channel) => channel.getLabel())).toEqual(['local', 'mine']);
    mine?.putPacket(bytes('kept'));
    pair.frames();
    expect(text(pair.b.getDataChannels()[1]?.getPacket() ?? bytes('lost'))).toBe('kept');
  });

  it('S2-139 texts are UTF-8 in both directions', () => {
    const pair = new SeedPair();
    const [mine, theirs] = pair.connect('Gäste✓');
    theirs.putPacket(bytes('schön 🎲'));
    pair.frames();
    expect([theirs.getLabel(), text(mine.getPacket())]).toEqual(['Gäste✓', 'schön 🎲']);
  });
});

describe('rules of the source', () => {
  it('S2-90 S2-119 S2-138 whatever the back end reports waits in one queue, which only the poll empties', () => {
    const stand = new Stand().connected();
    for (let n = 0; n < 5; n += 1) stand.fake.report.failed('candidate', String(n));
    expect(stand.signals.filter((line) => line.startsWith('error'))).toEqual([]);
    expect(stand.poll()).toEqual([0, 1, 2, 3, 4].map((n) => `error_occurred ${n}`));
  });

  it('S2-120 S2-141 events hold copies, and lists are plain lists', () => {
    const stand = new Stand().connected();
    const info = { label: 'first', id: 5 };
    stand.fake.receiveChannel(info);
    info.label = 'edited';
    expect(stand.poll()).toEqual(['data_channel_received first']);
    expect(Array.isArray(stand.connection.getDataChannels())).toBe(true);
  });

  it('S2-121 S2-124 events of a dead connection go nowhere, and its configuration was a copy', () => {
    const servers = [{ ...SERVER }];
    const stand = new Stand({ iceServers: servers }).connected();
    servers[0] = { ...SERVER, username: 'edited' };
    expect(stand.connection.getIceServers()).toEqual([SERVER]);
    const { report } = stand.fake;
    stand.connection.destroy();
    report.failed('candidate', 'too late');
    report.connectionStateChanged(4);
    expect(stand.poll(3)).toEqual([]);
  });
});
