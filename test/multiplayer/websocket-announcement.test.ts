import { type DisconnectReason, Err, WebSocketMultiplayerPeer, type WebSocketMultiplayerPeerOptions } from 'scenewire';
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
