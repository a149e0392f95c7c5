import { Err, WebSocketMultiplayerPeer } from 'scenewire';
import { ManualClock } from 'scenewire/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { recordErrors } from '../core/support/errors.js';
import { FakeWebSockets } from './support/fake-websockets.js';
import { ClientReplay, ServerReplay, scenario } from './support/websocket-replay.js';
import { type RawEnd, urlOf, WebSocketRoom } from './support/websocket-room.js';

const errors = recordErrors();

const ANSWER = 'scenewire:1 link1 relay1 rpc1';
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** The same numbers in every run. */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

let room: WebSocketRoom;
let server: WebSocketMultiplayerPeer;
beforeEach(() => {
  room = new WebSocketRoom();
  server = room.make('server', true, { link: {} });
  expect(server.createServer(0)).toBe(Err.OK);
  server.peer_disconnected.connect((_id, reason) => room.log.push(`server reason ${reason}`));
  server.peer_unresponsive.connect(() => room.log.push('server unresponsive'));
});
afterEach(() => room.close());

/** A raw client that has asked and read the answer; not that it has said yes. */
async function asked(path = '/?scenewire=1'): Promise<{ raw: RawEnd; id: number }> {
  const { raw, id } = await room.rawPeer(server.getServerPort(), path);
  expect(await room.frame(raw)).toMatchObject({ frame: 'text', payload_hex: Buffer.from(ANSWER).toString('hex') });
  room.log.length = 0;
  return { raw, id };
}

describe('two of ours on real sockets', () => {
  it('speak the link: packets of 4 MiB both ways, in order with small ones', async () => {
    room.msPerPoll = 2;
    const client = room.make('client', false, { link: {} });
    client.createClient(urlOf(server, '/room?a=1'));
    await room.heard('client peer_connected 1');
    await room.until(() => client.getPeerStats(1) !== null);
    const id = client.getUniqueId();
    expect(server.getPeer(id)?.getRequestedUrl()).toMatch(/\/room\?a=1&scenewire=1$/);
    const big = new Uint8Array(4 << 20).map((_, i) => (i * 7) & 255);
    const sizes: number[] = [];
    for (const packet of [Uint8Array.of(1), Uint8Array.of(2), big]) expect(server.putPacket(packet)).toBe(Err.OK);
    expect(server.putPacket(Uint8Array.of(3))).toBe(Err.ERR_BUSY);
    await room.until(() => {
      while (client.getAvailablePacketCount() > 0) {
        const packet = client.getPacket();
        sizes.push(packet.length === big.length ? Buffer.compare(packet, big) : packet.length);
      }
      return sizes.length === 3;
    }, 'three packets');
    expect(sizes).toEqual([1, 1, 0]);
    client.putPacket(Uint8Array.of(9));
    client.disconnectPeer(1);
    await room.heard('server reason left');
    expect(room.log.indexOf(`server packet ${id} 09`)).toBeLessThan(room.log.indexOf('server reason left'));
    expect(room.log).toContain(`server packet ${id} 09`);
  });
});

describe('a server of ours', () => {
  it.each(['/', '/?scenewire=2', '/?scenewire', '/?xscenewire=1', '/scenewire=1', '/?a=scenewire=1'])(
    'does not answer a client that asks for %s',
    async (path) => {
      const { raw, id } = await room.rawPeer(server.getServerPort(), path);
      raw.sendFrame('binary', [1, 2]);
      await room.heard(`server packet ${id} 0102`);
      server.putPacket(Uint8Array.of(3));
      expect(await room.frame(raw)).toMatchObject({ frame: 'binary', payload_hex: '03' });
      room.msPerPoll = 100;
      await room.quiet();
      expect([raw.bytes.length, server.getPeerStats(id)]).toEqual([0, null]);
    },
  );

  it('takes packets as they are until the client says yes, and then those of the link, in order', async () => {
    const { raw, id } = await asked('/game?x=1&scenewire=1');
    raw.sendFrame('binary', [0xa1]);
    raw.sendFrame('binary', utf8(ANSWER));
    raw.sendFrame('text', utf8('scenewire:1'));
    raw.sendFrame('text', utf8(ANSWER));
    raw.sendFrame('binary', [1, 1, 0, 1, 0xa2, 2, 0xa3, 0xa4]);
    raw.sendFrame('binary', [3, 2, 0, 5, 0, 0, 0, 1, 2, 3]);
    raw.sendFrame('binary', [4, 3, 0, 4, 5]);
    await room.heard(`server packet ${id} 0102030405`);
    const hex = [ANSWER, 'scenewire:1'].map((text) => Buffer.from(text).toString('hex'));
    expect(room.log).toEqual(
      ['a1', ...hex, 'a2', 'a3a4', '0102030405'].map((packet) => `server packet ${id} ${packet}`),
    );
  });

  it('hears a client that never says yes as long as it sends, and gives up one that is silent', async () => {
    const [talker, silent] = [await asked(), await asked()];
    for (let i = 0; i < 13; i += 1) {
      talker.raw.sendFrame('binary', [i]);
      await room.until(() => room.log.filter((line) => line.startsWith(`server packet ${talker.id}`)).length === i + 1);
      room.clock.advance(1000);
    }
    await room.heard(`server peer_disconnected ${silent.id}`);
    expect(room.log.filter((line) => !line.includes('packet'))).toEqual([
      'server unresponsive',
      `server peer_disconnected ${silent.id}`,
      'server reason timeout',
    ]);
    await room.until(() => silent.raw.closed, 'the end');
  });

  it('calls a peer lost whose connection breaks, and one that goes silent behind it timed out', async () => {
    const broken = await asked();
    broken.raw.sendFrame('text', utf8(ANSWER));
    await room.quiet();
    broken.raw.socket.resetAndDestroy();
    await room.heard('server reason lost');
    const halfOpen = await asked();
    halfOpen.raw.sendFrame('text', utf8(ANSWER));
    halfOpen.raw.socket.pause();
    await room.quiet();
    const start = room.clock.now();
    room.msPerPoll = 20;
    await room.heard('server unresponsive');
    expect(room.clock.now() - start).toBeLessThanOrEqual(3000);
    await room.heard('server reason timeout');
    expect(room.clock.now() - start).toBeLessThanOrEqual(10_500);
  });

  it('keeps the others playing while one that claims the link sends nonsense', async () => {
    const player = room.make('player', true, { link: {} });
    player.createClient(urlOf(server));
    await room.heard('player peer_connected 1');
    const random = seededRandom(7);
    for (let round = 0; round < 5; round += 1) {
      const { raw, id } = await asked();
      raw.sendFrame('text', utf8(ANSWER));
      for (let i = 0; i < 200; i += 1) {
        const bytes = Uint8Array.from({ length: Math.floor(random() * 60) }, () => Math.floor(random() * 256));
        if (bytes.length > 0) bytes[0] = Math.floor(random() * 8);
        raw.sendFrame(random() < 0.1 ? 'text' : 'binary', random() < 0.1 ? utf8(ANSWER) : bytes.map((b) => b & 127));
      }
      await room.heard(`server peer_disconnected ${id}`);
      expect(room.log).toContain('server reason misbehaved');
    }
    room.log.length = 0;
    player.putPacket(Uint8Array.of(0xab));
    await room.heard(`server packet ${player.getUniqueId()} ab`);
    expect(errors).toEqual([]);
  });
});

it('a client stands whatever a server sends behind the id', () => {
  const random = seededRandom(11);
  for (let round = 0; round < 300; round += 1) {
    const transport = new FakeWebSockets();
    const clock = new ManualClock();
    const client = new WebSocketMultiplayerPeer({ transport, clock });
    client.createClient('ws://game.test');
    transport.last.open();
    transport.last.sink.received(Uint8Array.of(5, 0, 0, 0), false);
    if (round % 3 > 0) transport.last.sink.received(utf8(ANSWER), true);
    for (let i = 0; i < 60; i += 1) {
      const bytes = Uint8Array.from({ length: Math.floor(random() * 40) }, () => Math.floor(random() * 256));
      if (bytes.length > 0 && random() < 0.8) bytes[0] = Math.floor(random() * 8);
      transport.last.sink.received(random() < 0.05 ? utf8(ANSWER) : bytes, random() < 0.2);
      if (random() < 0.3) client.poll();
      if (random() < 0.2) client.putPacket(bytes);
      if (random() < 0.2) client.getPacket();
      clock.advance(random() * 50);
    }
    client.poll();
    client.close();
    expect(client.getConnectionStatus()).toBe(0);
  }
  for (const { err } of errors) expect(err).toBe(Err.ERR_INVALID_DATA);
});

describe('recordings of Godot, with the link offered', () => {
  const both = ['connect_and_data', 'server_disconnect_peer', 'client_disconnect_peer', 'client_close', 'server_close'];

  it.each([...both, 'scene_multiplayer', 'raw_client_frames', 'raw_client_unmasked'])('server: %s', async (name) => {
    const differs = { '030170690203': '03010203' };
    const api = name === 'scene_multiplayer';
    await new ServerReplay({ room, peer: server, who: 'server', api, differs }).run(scenario(name).items);
  });

  it.each([
    ...both,
    'raw_server_id_and_packets',
    'raw_server_id_as_text',
    'raw_server_first_message_empty',
    'raw_server_extra_headers',
  ])('client: %s', async (name) => {
    const { port, end } = await room.rawServer();
    const peer = room.make('client', true, { link: {} });
    peer.createClient(`ws://127.0.0.1:${port}/`);
    await new ClientReplay({ room, peer, who: 'client', asks: true }, end).run(scenario(name).items);
    expect(peer.getPeerStats(1)).toBeNull();
  });

  it.each([
    ['client1', 'L1'],
    ['client2', 'L2'],
  ])('%s: scene_multiplayer', async (who, link) => {
    const { port, end } = await room.rawServer();
    const peer = room.make(who, true, { link: {} });
    peer.createClient(`ws://127.0.0.1:${port}/`);
    await new ClientReplay({ room, peer, who, link, api: true, asks: true }, end).run(
      scenario('scene_multiplayer').items,
    );
  });
});
