import { CompositeMultiplayerPeer, DisconnectReason, Err, WebSocketMultiplayerPeer } from 'scenewire';
import { describe, expect, it } from 'vitest';
import { recordErrors } from '../core/support/errors.js';
import { FRAME_MS, LinkRoom, readAll } from './support/websocket-network.js';

const errors = recordErrors();

const SECOND = 1000 / FRAME_MS;
const pattern = (size: number): Uint8Array => new Uint8Array(size).map((_, i) => (i * 31) & 255);

const linkKinds = (room: LinkRoom, from: number): string[] =>
  room.network.log.slice(from).map(({ hex }) => hex.slice(0, 2));

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

  it('how long each end waits is up to its own options', () => {
    const room = new LinkRoom(
      { link: { unresponsiveAfterMs: 1000, goneAfterMs: 2000 } },
      { link: { goneAfterMs: 20_000 } },
    );
    room.join();
    room.network.isCut = true;
    room.frames(2.2 * SECOND);
    expect(room.log).toEqual(['server unresponsive', 'server disconnected timeout']);
    room.frames(15 * SECOND);
    expect(room.log.slice(2)).toEqual(['client unresponsive']);
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
    while (sent < 1000 && room.server.putPacket(pattern(60_000)) === Err.OK) sent += 1;
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
    const at = room.network.log.length;
    house.setTargetPeer(room.id);
    expect([house.putPacket(Uint8Array.of(1)), room.network.log.length]).toEqual([Err.OK, at]);
    house.flush();
    expect(linkKinds(room, at)).toEqual(['01']);
    const hidden: boolean[] = [];
    room.server.setHidden = (value) => void hidden.push(value);
    house.setHidden(true);
    expect(hidden).toEqual([true]);
  });

  it('reasons have names', () => {
    expect(Object.values(DisconnectReason)).toContain('kicked');
  });
});
