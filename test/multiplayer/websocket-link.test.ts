import {
  CompositeMultiplayerPeer,
  DisconnectReason,
  Err,
  WebSocketMultiplayerPeer,
  type WebSocketMultiplayerPeerOptions,
} from 'scenewire';
import { ManualClock } from 'scenewire/testing';
import { describe, expect, it } from 'vitest';
import { recordErrors } from '../core/support/errors.js';
import { type FakeLink, FakeWebSockets } from './support/fake-websockets.js';
import { FRAME_MS, LinkRoom, readAll } from './support/websocket-network.js';

const errors = recordErrors();

const SECOND = 1000 / FRAME_MS;
const ANSWER = 'scenewire:1 link1 relay1 rpc1';
const hexOf = (text: string): string => Buffer.from(text).toString('hex');
const pattern = (size: number): Uint8Array => new Uint8Array(size).map((_, i) => (i * 31) & 255);

const linkKinds = (room: LinkRoom, from: number): string[] =>
  room.network.log.slice(from).map(({ hex }) => hex.slice(0, 2));

describe('the way to the link', () => {
  it('golden bytes: the id, the answer, the same from the client; what follows is for the link', () => {
    const room = new LinkRoom();
    room.server.generateUniqueId = () => 0x01020304;
    room.server.createServer(7);
    room.client.createClient('ws://127.0.0.1:7/room?a=1');
    for (let i = 0; i < 10 && room.client.getConnectionStatus() !== 2; i += 1) room.frames(1);
    room.client.putPacket(Uint8Array.of(0xaa));
    room.client.putPacket(Uint8Array.of(0xbb, 0xcc));
    room.client.flush();
    const { log } = room.network;
    const ofServer = log.filter(({ from }) => from === log[0]?.from);
    const ofClient = log.filter(({ from }) => from !== log[0]?.from);
    const answer = '7363656e65776972653a31206c696e6b312072656c6179312072706331';
    expect(Buffer.from(answer, 'hex').toString()).toBe(ANSWER);
    expect(room.client.getPeer(1)?.getRequestedUrl()).toBe('ws://127.0.0.1:7/room?a=1&scenewire=1');
    expect(ofServer.slice(0, 2)).toMatchObject([
      { hex: '04030201', isText: false },
      { hex: answer, isText: true },
    ]);
    expect(ofClient[0]).toMatchObject({ hex: answer, isText: true });
    expect(ofClient.map(({ hex }) => hex).at(-1)).toBe('01020001aa02bbcc');
    room.frames(100);
    expect(log.filter(({ isText }) => isText)).toHaveLength(2);
    expect(readAll(room.server)).toEqual([`${0x01020304}: aa`, `${0x01020304}: bbcc`]);
  });

  it('R-113 packets keep their order both ways, and read RELIABLE on channel 0', () => {
    const room = new LinkRoom().join();
    for (const n of [1, 2, 3]) {
      room.server.transferMode = 0;
      room.server.transferChannel = 4;
      expect([room.server.putPacket(Uint8Array.of(n)), room.client.putPacket(Uint8Array.of(n + 16))]).toEqual([0, 0]);
    }
    room.frames(3);
    expect([room.client.getPacketMode(), room.client.getPacketChannel(), room.client.getPacketPeer()]).toEqual([
      2, 0, 1,
    ]);
    expect(readAll(room.client)).toEqual(['1: 01', '1: 02', '1: 03']);
    expect(readAll(room.server)).toEqual([`${room.id}: 11`, `${room.id}: 12`, `${room.id}: 13`]);
    expect(room.client.putPacket(new Uint8Array())).toBe(Err.OK);
  });

  it('whoever hears of the other has the link already', () => {
    const room = new LinkRoom();
    const big = pattern(300_000);
    const results: unknown[] = [];
    room.client.peer_connected.connect((id) => results.push(room.client.getPeerStats(id) !== null));
    room.server.peer_connected.connect(() => results.push(room.server.putPacket(big)));
    room.join();
    for (let i = 0; i < 10 * SECOND && room.client.getAvailablePacketCount() === 0; i += 1) room.frames(1);
    expect(results).toEqual([Err.OK, true]);
    expect(Buffer.compare(room.client.getPacket(), big)).toBe(0);
  });

  const mixtures: [string, WebSocketMultiplayerPeerOptions, WebSocketMultiplayerPeerOptions][] = [
    ['a server that speaks as Godot', { link: false }, {}],
    ['a client that speaks as Godot', {}, { link: false }],
  ];
  it.each(mixtures)('%s: every message is a packet', (_what, server, client) => {
    const room = new LinkRoom(server, client).join();
    const at = room.network.log.length;
    expect([room.server.putPacket(Uint8Array.of(1, 2)), room.client.putPacket(Uint8Array.of(3))]).toEqual([0, 0]);
    room.frames(20 * SECOND);
    expect(room.network.log.slice(at).map(({ hex }) => hex)).toEqual(['0102', '03']);
    expect(room.network.log.some(({ isText }) => isText)).toBe(false);
    expect([readAll(room.client), readAll(room.server)]).toEqual([['1: 0102'], [`${room.id}: 03`]]);
    expect([room.client.getPeerStats(1), room.server.getPeerClock(room.id), room.log]).toEqual([null, null, []]);
  });

  it('is left out where a buffer is too small for its messages, on either side', () => {
    for (const [name, buffer] of [
      ['server', 'inboundBufferSize'],
      ['server', 'outboundBufferSize'],
      ['client', 'inboundBufferSize'],
      ['client', 'outboundBufferSize'],
    ] as const) {
      const room = new LinkRoom();
      room[name][buffer] = 16_390;
      room.join();
      expect([room.server.getPeerStats(room.id), room.client.getPeerStats(1)]).toEqual([null, null]);
      expect(room.network.log).toHaveLength(1);
    }
  });
});

describe('the URL of a client', () => {
  const urlOf = (url: string, options: WebSocketMultiplayerPeerOptions = {}, size = 65_535): string => {
    const transport = new FakeWebSockets();
    const client = new WebSocketMultiplayerPeer({ transport, ...options });
    client.inboundBufferSize = size;
    expect(client.createClient(url)).toBe(Err.OK);
    expect(client.getPeer(1)?.getRequestedUrl()).toBe(transport.urls[0]);
    return transport.urls[0] ?? '';
  };

  it.each([
    ['ws://game.test', 'ws://game.test/?scenewire=1'],
    ['game.test:99/room', 'ws://game.test:99/room?scenewire=1'],
    ['wss://game.test/a?b=c%20d&e', 'wss://game.test/a?b=c%20d&e&scenewire=1'],
    ['ws://game.test/?', 'ws://game.test/?scenewire=1'],
    ['ws://game.test/?x=1#fragment?y', 'ws://game.test/?x=1&scenewire=1'],
    ['ws://game.test/?scenewire=1&x=1', 'ws://game.test/?scenewire=1&x=1'],
    ['ws://game.test/?scenewire=2&x=1', 'ws://game.test/?x=1&scenewire=1'],
    ['ws://game.test/?scenewired=2', 'ws://game.test/?scenewired=2&scenewire=1'],
  ])('%s becomes %s', (url, asked) => {
    expect(urlOf(url)).toBe(asked);
  });

  it.each(['ws://game.test/', 'ws://game.test/?a=1&b', 'ws://game.test/?scenewire=1'])(
    'stays %s without the link',
    (url) => {
      expect(urlOf(url, { link: false })).toBe(url);
    },
  );

  it('does not ask when a buffer is too small', () => {
    expect(urlOf('ws://game.test/?a=1', {}, 9000)).toBe('ws://game.test/?a=1');
    expect(urlOf('ws://game.test/?a=1&scenewire=1', {}, 9000)).toBe('ws://game.test/?a=1');
  });

  it('is refused as before when it is none', () => {
    const client = new WebSocketMultiplayerPeer({ transport: new FakeWebSockets() });
    for (const url of ['', 'http://game.test', undefined as never]) {
      expect(client.createClient(url)).toBe(Err.ERR_INVALID_PARAMETER);
    }
    expect(errors).toHaveLength(3);
  });

  it('that asks by itself is answered, and kept to', () => {
    const room = new LinkRoom({}, { link: false }).join('ws://127.0.0.1:7/?scenewire=1');
    room.server.putPacket(Uint8Array.of(7));
    room.frames(3);
    expect([readAll(room.client), room.client.getPeerStats(1) === null]).toEqual([['1: 07'], false]);
  });
});

/** A client of ours whose server is played by hand. */
function atHand(): { client: WebSocketMultiplayerPeer; link: FakeLink; say(what: string | number[]): void } {
  const transport = new FakeWebSockets();
  const client = new WebSocketMultiplayerPeer({ transport, clock: new ManualClock() });
  client.createClient('ws://game.test/');
  const link = transport.last;
  link.open();
  link.sink.received(Uint8Array.of(5, 0, 0, 0), false);
  const say = (what: string | number[]): void =>
    link.sink.received(
      typeof what === 'string' ? new TextEncoder().encode(what) : Uint8Array.from(what),
      typeof what === 'string',
    );
  return { client, link, say };
}

describe('what a client reads behind its id', () => {
  it.each([
    ['a packet', [1, 2, 3]],
    ['the bytes of the answer in a binary message', [...new TextEncoder().encode(ANSWER)]],
    ['a text', 'hello'],
    ['half of an answer', 'scenewire:1'.slice(0, 8)],
    ['an answer in the wrong case', 'Scenewire:1 link1'],
    ['an answer with something behind', 'scenewire:1 link1\n'],
    ['an answer with bad words', 'scenewire:1 link1 a=b'],
    ['an endless answer', `scenewire:1 link1${' a'.repeat(30_000)}`],
  ])('%s is the first packet, and all goes on as with Godot', (_what, first) => {
    for (const isLate of [false, true]) {
      const { client, link, say } = atHand();
      if (isLate) client.poll();
      say(first);
      say([9]);
      say(ANSWER);
      client.poll();
      const bytes = typeof first === 'string' ? hexOf(first) : Buffer.from(first).toString('hex');
      expect(readAll(client)).toEqual([`1: ${bytes}`, '1: 09', `1: ${hexOf(ANSWER)}`]);
      expect([client.getPeerStats(1), client.putPacket(Uint8Array.of(1, 2, 3))]).toEqual([null, Err.OK]);
      expect(link.calls).toEqual(['send 3']);
    }
  });

  it.each(['scenewire:1', 'scenewire:1 link2', 'scenewire:2 link1', 'scenewire:999999999 link1'])(
    'an answer without a feature of ours, %s, is no packet, and all goes on as with Godot',
    (answer) => {
      const { client, link, say } = atHand();
      say(answer);
      say([9]);
      client.poll();
      expect([readAll(client), client.getPeerStats(1)]).toEqual([['1: 09'], null]);
      client.putPacket(Uint8Array.of(1));
      expect(link.calls).toEqual(['send 1']);
    },
  );

  it('an answer with more features than we know gives the link', () => {
    const { client, link, say } = atHand();
    say(`${ANSWER} promises link2`);
    client.poll();
    expect(client.getPeerStats(1)).not.toBeNull();
    expect(link.calls[0]).toBe(`sendText ${ANSWER}`);
  });

  it('an empty message ends the wait for an answer, and is what it is to Godot', () => {
    const { client, say } = atHand();
    say([]);
    say([9]);
    client.poll();
    client.poll();
    expect([readAll(client), errors.length]).toEqual([['1: 09'], 1]);
  });

  it('packets that were put before the answer go as they are, and the link begins behind them', () => {
    const { client, link, say } = atHand();
    client.poll();
    for (const n of [1, 2]) client.putPacket(new Uint8Array(n));
    say(ANSWER);
    client.poll();
    client.putPacket(new Uint8Array(100));
    client.flush();
    // A pulse, which is 35 bytes, and a bundle.
    expect(link.calls).toEqual(['send 1', 'send 2', `sendText ${ANSWER}`, 'send 35', 'send 104']);
  });

  it('when there is no room to say yes, that waits, and so does what comes behind', () => {
    const { client, link, say } = atHand();
    client.poll();
    link.bufferedAmount = 65_530;
    say(ANSWER);
    client.poll();
    expect([client.putPacket(new Uint8Array(3)), link.calls]).toEqual([Err.OK, []]);
    link.bufferedAmount = 0;
    client.poll();
    expect(link.calls).toEqual([`sendText ${ANSWER}`, 'send 7']);
  });

  it('what comes before the end is read, also through a link that was only just offered', () => {
    const { client, link, say } = atHand();
    const gone: DisconnectReason[] = [];
    client.peer_disconnected.connect((_id, reason) => gone.push(reason));
    client.poll();
    say(ANSWER);
    say([1, 1, 0, 2, 7, 8]);
    link.sink.closed(1000, '');
    client.poll();
    expect([readAll(client), gone]).toEqual([['1: 0708'], []]);
    client.poll();
    expect([gone, client.getConnectionStatus()]).toEqual([['left'], 0]);
  });

  it('a connection that breaks without a goodbye is lost', () => {
    const { client, link, say } = atHand();
    const gone: DisconnectReason[] = [];
    client.peer_disconnected.connect((_id, reason) => gone.push(reason));
    say(ANSWER);
    client.poll();
    link.sink.closed(-1, '');
    client.poll();
    client.poll();
    expect(gone).toEqual(['lost']);
  });

  it('a server that answers and then breaks the protocol is left', () => {
    const { client, link, say } = atHand();
    const gone: DisconnectReason[] = [];
    client.peer_disconnected.connect((_id, reason) => gone.push(reason));
    say(ANSWER);
    say(ANSWER);
    say('any text');
    say([]);
    client.poll();
    expect([client.getPeerStats(1)?.drops['unknown-kind'], client.getPeerStats(1)?.drops.malformed]).toEqual([2, 1]);
    say([4, 1, 0, 1, 2, 3]);
    client.poll();
    client.poll();
    expect([gone, client.getConnectionStatus(), link.calls.at(-1)]).toEqual([['misbehaved'], 0, 'drop']);
  });
});

describe('liveness', () => {
  function watched(): { room: LinkRoom; at: Record<string, number> } {
    const room = new LinkRoom();
    room.network.latencyMs = 20;
    room.join();
    const start = room.clock.now();
    const at: Record<string, number> = {};
    const note = (what: string) => () => {
      at[what] = room.clock.now() - start;
    };
    room.server.peer_unresponsive.connect(note('unresponsive'));
    room.server.peer_disconnected.connect(note('gone'));
    return { room, at };
  }

  it('a peer that stands still is unresponsive within 3 s and gone after 10 s', () => {
    const { room, at } = watched();
    room.frames(12 * SECOND, [room.server]);
    expect(room.log).toEqual(['server unresponsive', 'server disconnected timeout']);
    expect(at['unresponsive']).toBeLessThanOrEqual(3000);
    expect(at['gone']).toBeGreaterThanOrEqual(9500);
    expect(at['gone']).toBeLessThanOrEqual(10_500);
    expect(room.server.getPeer(room.id)).toBeNull();
  });

  it('a line that is cut without a word is noticed by both ends', () => {
    const { room, at } = watched();
    room.network.isCut = true;
    room.frames(12 * SECOND);
    expect(room.log.toSorted()).toEqual([
      'client disconnected timeout',
      'client unresponsive',
      'server disconnected timeout',
      'server unresponsive',
    ]);
    expect([at['unresponsive'], at['gone']].every((ms) => (ms ?? 0) <= 10_500)).toBe(true);
    expect(room.client.getConnectionStatus()).toBe(0);
  });

  it('a peer that stalls for 6 s comes back as responsive', () => {
    const { room } = watched();
    room.frames(6 * SECOND, [room.server]);
    room.frames(2 * SECOND);
    expect(room.log).toEqual(['server unresponsive', 'server responsive']);
  });

  it('no false alarm in a minute without a packet, on a slow and distant line', () => {
    const room = new LinkRoom();
    room.network.latencyMs = 400;
    room.network.bytesPerMs = 4;
    room.join();
    const at = room.network.log.length;
    room.frames(60 * SECOND);
    expect(room.log).toEqual([]);
    expect(room.network.log.length - at).toBeLessThan(2 * 2 * 60 * 1.2);
  });

  it('a hidden page says so, before or after it connects, and is waited for longer', () => {
    for (const isEarly of [true, false]) {
      const room = new LinkRoom();
      if (isEarly) room.client.setHidden(true);
      room.join();
      if (!isEarly) room.client.setHidden(true);
      room.frames(12 * SECOND, [room.server]);
      expect(room.log).toEqual([]);
      room.frames(5 * SECOND, [room.server]);
      expect(room.log).toEqual(['server unresponsive']);
    }
  });

  it('a peer whose packets nobody reads is not silent', () => {
    const room = new LinkRoom({ link: { maxInboxPackets: 16 } }).join();
    for (let i = 0; i < 20 * SECOND; i += 1) {
      room.client.putPacket(pattern(1500));
      room.frames(1);
    }
    expect(room.log).toEqual([]);
    let read = 0;
    for (let i = 0; i < 20 * SECOND; i += 1) {
      read += readAll(room.server).length;
      room.frames(1);
    }
    expect([read, room.log]).toEqual([20 * SECOND, []]);
  });
});

describe('reasons of an end', () => {
  const endings: [string, (room: LinkRoom) => void, string[]][] = [
    ['a client that leaves', ({ client }) => client.disconnectPeer(1), ['client closed', 'server left']],
    ['a client that closes', ({ client }) => client.close(), ['server left']],
    ['a client that leaves with force', ({ client }) => client.disconnectPeer(1, true), ['server left']],
    ['a client that is put out', ({ server, id }) => server.disconnectPeer(id), ['client kicked', 'server closed']],
    ['a client that is put out with force', ({ server, id }) => server.disconnectPeer(id, true), ['client kicked']],
    ['a server that closes', ({ server }) => server.close(), ['client left']],
  ];
  it.each(endings)('%s, within 250 ms', (_what, end, expected) => {
    const room = new LinkRoom();
    room.network.latencyMs = 50;
    room.join();
    end(room);
    room.frames(250 / FRAME_MS);
    expect(room.log.toSorted()).toEqual(expected.map((line) => line.replace(' ', ' disconnected ')));
    expect(room.client.getConnectionStatus()).toBe(0);
    room.frames(10);
    expect(errors).toEqual([]);
  });

  it('what was sent before is read before, however much it is', () => {
    for (const leaver of ['client', 'server'] as const) {
      const room = new LinkRoom();
      Object.assign(room.network, { latencyMs: 30, bytesPerMs: 200 });
      room.join();
      const reader = leaver === 'client' ? room.server : room.client;
      for (const n of [1, 2]) room[leaver].putPacket(Uint8Array.of(n));
      room[leaver].putPacket(pattern(200_000));
      room[leaver].putPacket(Uint8Array.of(3));
      room[leaver].disconnectPeer(leaver === 'client' ? 1 : room.id);
      const sizes: number[] = [];
      for (let i = 0; i < 3 * SECOND; i += 1) {
        room.frames(1);
        while (reader.getAvailablePacketCount() > 0) sizes.push(reader.getPacket().length);
        if (room.log.some((line) => line.includes('disconnected kicked') || line.includes('disconnected left'))) break;
      }
      room.frames(20);
      expect(sizes).toEqual([1, 1, 200_000, 1]);
      expect(room.log).toHaveLength(2);
    }
  });

  it('a peer that takes nothing before a goodbye is waited for no longer than 3 s', () => {
    const room = new LinkRoom().join();
    room.network.isCut = true;
    room.server.setTargetPeer(room.id);
    room.server.putPacket(pattern(1_000_000));
    room.server.disconnectPeer(room.id);
    room.server.disconnectPeer(room.id);
    expect(room.server.putPacket(Uint8Array.of(1))).toBe(Err.FAILED);
    room.frames(2.5 * SECOND, [room.server]);
    expect(room.log.filter((line) => line.includes('disconnected'))).toEqual([]);
    room.frames(SECOND, [room.server]);
    expect(room.log.filter((line) => line.includes('disconnected'))).toEqual(['server disconnected closed']);
  });

  it('the last words of a peer whose packets are not read are read, too', () => {
    const room = new LinkRoom({ link: { maxInboxPackets: 8 } }).join();
    for (let i = 0; i < 30; i += 1) {
      room.client.putPacket(pattern(1300 + i));
      room.frames(2);
    }
    room.client.disconnectPeer(1);
    const sizes: number[] = [];
    for (let i = 0; i < 5 * SECOND; i += 1) {
      room.frames(1);
      if (i > 10) while (room.server.getAvailablePacketCount() > 0) sizes.push(room.server.getPacket().length);
    }
    expect(sizes).toEqual(Array.from({ length: 30 }, (_, i) => 1300 + i));
    expect(room.log).toContain('server disconnected left');
  });
});

describe('packing and large packets', () => {
  it('small packets of one frame leave as one message when it is flushed, or with the next poll', () => {
    const room = new LinkRoom().join();
    let at = room.network.log.length;
    for (let n = 0; n < 20; n += 1) room.client.putPacket(Uint8Array.of(n));
    expect(room.network.log).toHaveLength(at);
    room.client.flush();
    expect(linkKinds(room, at)).toEqual(['01']);
    at = room.network.log.length;
    for (let n = 0; n < 20; n += 1) room.server.putPacket(Uint8Array.of(n));
    room.frames(2);
    expect(linkKinds(room, at).filter((kind) => kind === '01')).toHaveLength(1);
    room.frames(2);
    expect([readAll(room.server).length, readAll(room.client).length]).toEqual([20, 20]);
  });

  it('4 MiB arrive whole through buffers of 64 KiB, and small packets of the other way are not held up', () => {
    const room = new LinkRoom();
    Object.assign(room.network, { latencyMs: 20, bytesPerMs: 1250 });
    room.join();
    const big = pattern(4 << 20);
    for (const target of [0, room.id, -5]) {
      room.server.setTargetPeer(target);
      expect(room.server.putPacket(new Uint8Array((4 << 20) + 1))).toBe(Err.ERR_OUT_OF_MEMORY);
    }
    expect(room.server.putPacket(big)).toBe(Err.OK);
    let calls = 0;
    let largest = 0;
    for (let i = 0; i < 10 * SECOND && room.client.getAvailablePacketCount() === 0; i += 1) {
      if (i % 10 === 0) room.client.putPacket(Uint8Array.of(1));
      room.frames(1);
      calls += readAll(room.server).length;
      const waiting = room.server.getPeer(room.id)?.getCurrentOutboundBufferedAmount() ?? 0;
      largest = Math.max(largest, waiting);
    }
    expect(Buffer.compare(room.client.getPacket(), big)).toBe(0);
    expect([calls > 20, largest < 65_535, room.log]).toEqual([true, true, []]);
    expect(Math.max(...room.network.log.map(({ hex }) => hex.length / 2))).toBeLessThanOrEqual(16_391);
  });

  it.each([
    ['server', 'client'],
    ['client', 'server'],
  ] as const)('buffers that only just hold a message are enough, %s to %s', (from, to) => {
    const room = new LinkRoom();
    room[from].outboundBufferSize = 16_391;
    room[to].inboundBufferSize = 16_391;
    room[to].maxQueuedPackets = 1;
    room.network.latencyMs = 5;
    room.join();
    const sent = [pattern(500_000), pattern(70_000), pattern(10)];
    for (const packet of sent) expect(room[from].putPacket(packet)).toBe(Err.OK);
    const read: Uint8Array[] = [];
    for (let i = 0; i < 20 * SECOND && read.length < 3; i += 1) {
      room.frames(1);
      while (room[to].getAvailablePacketCount() > 0) read.push(room[to].getPacket());
    }
    expect(read.map((packet, i) => Buffer.compare(packet, sent[i] ?? packet))).toEqual([0, 0, 0]);
    expect(room.log).toEqual([]);
  });
});

describe('back-pressure', () => {
  it('a producer that is too fast reads ERR_BUSY and hears when to go on; nothing is lost and nobody is dropped', () => {
    const room = new LinkRoom();
    Object.assign(room.network, { latencyMs: 20, bytesPerMs: 500 });
    room.join();
    const packet = pattern(1000);
    let put = 0;
    let busy = 0;
    let read = 0;
    let drained = 0;
    room.client.peer_drained.connect(() => {
      drained += 1;
    });
    for (let i = 0; i < 30 * SECOND; i += 1) {
      for (let n = 0; i < 15 * SECOND && n < 20; n += 1) {
        if (room.client.putPacket(packet) === Err.OK) put += 1;
        else busy += 1;
      }
      room.frames(1);
      read += readAll(room.server).length;
    }
    expect([busy > 100, drained > 0, read, room.log.filter((line) => !line.endsWith('drained'))]).toEqual([
      true,
      true,
      put,
      [],
    ]);
  });

  it('a broadcast that one peer has no room for is refused as a whole; one that does not answer holds nobody up', () => {
    const room = new LinkRoom();
    const other = room.make('other');
    room.join();
    other.createClient('ws://127.0.0.1:7/');
    room.frames(100, [room.server, room.client, other]);
    let sent = 0;
    while (room.server.putPacket(pattern(60_000)) === Err.OK) sent += 1;
    expect(room.server.putPacket(pattern(10))).toBe(Err.ERR_BUSY);
    room.server.setTargetPeer(-room.id);
    expect(room.server.putPacket(pattern(10))).toBe(Err.ERR_BUSY);
    let read = 0;
    for (let i = 0; i < 4 * SECOND; i += 1) {
      room.frames(1, [room.server, room.client]);
      read += readAll(room.client).length;
    }
    expect(read).toBe(sent);
    room.server.setTargetPeer(0);
    room.log.length = 0;
    expect(room.server.putPacket(Uint8Array.of(1))).toBe(Err.OK);
    room.frames(10, [room.server, room.client]);
    expect([readAll(room.client), room.log]).toEqual([['1: 01'], ['server disconnected closed']]);
  });
});

it('a peer that talks and never listens holds the others up for 3 s and no longer', () => {
  const room = new LinkRoom();
  const other = room.make('other');
  room.join();
  const end = room.network.log[0]?.from;
  const otherEnd = room.network.log.find(({ from }) => from !== end)?.from as object;
  other.createClient('ws://127.0.0.1:7/');
  const all = [room.server, room.client, other];
  room.frames(100, all);
  room.network.deaf.add(otherEnd);
  let put = 0;
  let read = 0;
  let refusedFrames = 0;
  for (let i = 0; i < 8 * SECOND; i += 1) {
    if (room.server.putPacket(pattern(60_000)) === Err.OK) put += 1;
    else refusedFrames += 1;
    room.frames(1, all);
    read += readAll(other).length;
  }
  for (let i = 0; i < SECOND; i += 1) {
    room.frames(1, all);
    read += readAll(other).length;
  }
  expect(room.log.filter((line) => line.startsWith('server disconnected'))).toEqual(['server disconnected closed']);
  expect([read === put, refusedFrames < 3.2 * SECOND, refusedFrames > 2.5 * SECOND]).toEqual([true, true, true]);
});

describe('what is known of a peer', () => {
  it('round trip and clock are told truthfully', () => {
    const room = new LinkRoom();
    room.network.latencyMs = 104;
    room.join();
    room.frames(12 * SECOND);
    const stats = room.server.getPeerStats(room.id);
    expect(stats?.rttMs).toBeGreaterThan(208 * 0.95);
    expect(stats?.rttMs).toBeLessThan(208 * 1.05);
    const clock = room.client.getPeerClock(1);
    expect(Math.abs(clock?.offsetMs ?? Number.NaN)).toBeLessThanOrEqual(clock?.errorMs ?? 0);
    expect(stats?.lanes.map(({ mode }) => mode)).toEqual([2]);
    expect([room.server.getPeerStats(99), room.server.getPeerClock(99), room.client.getPeerStats(7)]).toEqual([
      null,
      null,
      null,
    ]);
  });

  it('a game that sends in every frame does not pulse in every frame', () => {
    const room = new LinkRoom().join();
    const at = room.network.log.length;
    for (let i = 0; i < 20 * SECOND; i += 1) {
      room.client.putPacket(pattern(40));
      room.client.flush();
      room.frames(1);
      readAll(room.server);
    }
    const pulses = linkKinds(room, at).filter((kind) => kind === '05').length;
    expect(pulses).toBeLessThan(20 * 20);
  });

  it('a peer without a game has nothing to tell', () => {
    const peer = new WebSocketMultiplayerPeer();
    peer.setHidden(true);
    peer.flush();
    expect([peer.getPeerStats(1), peer.getPeerClock(1), errors]).toEqual([null, null, []]);
  });

  it('a composite peer asks the transport that the peer came by', () => {
    const room = new LinkRoom();
    const house = new CompositeMultiplayerPeer();
    room.server.createServer(7);
    expect(house.createServer([room.server])).toBe(Err.OK);
    room.client.createClient('ws://127.0.0.1:7/');
    room.frames(100, [house as never, room.client]);
    expect(house.getPeerStats(room.id)?.rttMs).toBeGreaterThanOrEqual(0);
    expect(house.getPeerClock(room.id)).not.toBeNull();
    expect([house.getPeerStats(99), house.getPeerClock(99)]).toEqual([null, null]);
    const hidden: boolean[] = [];
    room.server.setHidden = (value) => void hidden.push(value);
    house.setHidden(true);
    expect(hidden).toEqual([true]);
  });

  it('reasons have names', () => {
    expect(Object.values(DisconnectReason)).toContain('kicked');
  });
});
