import { Err, type WebRTCDataChannel, type WebRTCMultiplayerPeer, type WebRTCPeerConnection } from 'scenewire';
import { beforeEach, describe, expect, test } from 'vitest';
import { LINK_FEATURE } from '../../src/multiplayer/link/link-limits.js';
import { recordErrors } from '../core/support/errors.js';
import { joinConnections, send, WebRTCRoom } from './support/webrtc-room.js';

recordErrors();

const GOOD = 7;
const BAD = 8;
const PACKETS_PER_POLL = 8192;
const MIB = 1 << 20;

/** A server and an honest client that play, and a connection that a hostile one has in hand, channels and all. */
class Game {
  readonly room = new WebRTCRoom({ conditions: { latencyMs: 5 } });
  readonly server: WebRTCMultiplayerPeer;
  readonly good: WebRTCMultiplayerPeer;
  /** What was told of the hostile one: why it went. */
  readonly gone: string[] = [];
  /** Called for each packet of the hostile one that the server reads. */
  onBadPacket: (packet: Uint8Array) => void = () => {};
  mostOfBadInFrame = 0;
  /** Packets that the server was promised in one frame. */
  mostPromised = 0;
  #turn = 0;

  constructor() {
    this.server = this.room.server([], { link: {} });
    this.good = this.room.client(GOOD, [], { link: {} });
    this.server.peer_disconnected.connect((id, reason) => this.gone.push(`${id} ${reason}`));
    this.good.peer_disconnected.connect((id, reason) => this.gone.push(`good lost ${id} ${reason}`));
    this.room.join(this.server, this.good);
  }

  /** The hostile connection, connected; it announces what it likes. */
  enter(
    features: readonly string[] = [],
    extraChannels = 0,
  ): { connection: WebRTCPeerConnection; channels: WebRTCDataChannel[] } {
    const [here, connection] = [this.room.connection(), this.room.connection()];
    joinConnections(here, connection);
    this.server.addPeer(here, BAD);
    const channels = [1, 2, 3].map((id) => {
      const options = { negotiated: true, id, ...(id > 1 && { maxRetransmits: 0, ordered: id === 2 }) };
      return connection.createDataChannel(`own ${id}`, options) as WebRTCDataChannel;
    });
    for (let i = 0; i < extraChannels; i += 1) connection.createDataChannel(`extra ${i}`);
    for (const feature of features) connection.announceFeature(feature);
    here.createOffer();
    for (let i = 0; i < 60; i += 1) {
      connection.poll();
      this.room.frames(1);
    }
    expect(this.server.getPeer(BAD)?.connected).toBe(true);
    return { connection, channels };
  }

  /** The server and the honest client play, and miss nothing of each other, whatever the other one does meanwhile. */
  play(frames: number, meanwhile: () => void = () => {}): void {
    const said = { server: 0, good: 0 };
    const heard = { server: 0, good: 0 };
    const first = this.#turn;
    for (let i = 0; i < frames; i += 1) {
      meanwhile();
      this.#turn += 1;
      said.good += Number(send(this.good, 1, bytesOf(this.#turn)) === Err.OK);
      said.server += Number(send(this.server, 0, bytesOf(this.#turn)) === Err.OK);
      this.room.frames(1);
      heard.server += this.#read(this.server, first + heard.server + 1);
      heard.good += this.#read(this.good, first + heard.good + 1);
    }
    // Four frames are the way there.
    expect(said).toEqual({ server: frames, good: frames });
    expect(Math.min(heard.server, heard.good)).toBeGreaterThanOrEqual(frames - 4);
    for (let i = 0; i < 20; i += 1) {
      this.room.frames(1);
      heard.server += this.#read(this.server, first + heard.server + 1);
      heard.good += this.#read(this.good, first + heard.good + 1);
    }
    expect(heard).toEqual({ server: frames, good: frames });
  }

  #read(peer: WebRTCMultiplayerPeer, next: number): number {
    let [honest, ofBad] = [0, 0];
    this.mostPromised = Math.max(this.mostPromised, peer.getAvailablePacketCount());
    while (peer.getAvailablePacketCount() > 0) {
      const from = peer.getPacketPeer();
      const packet = peer.getPacket();
      if (from === BAD) {
        ofBad += 1;
        this.onBadPacket(packet);
        continue;
      }
      expect([...packet]).toEqual(bytesOf(next + honest));
      honest += 1;
    }
    this.mostOfBadInFrame = Math.max(this.mostOfBadInFrame, ofBad);
    return honest;
  }
}

const bytesOf = (turn: number): number[] => [turn & 255, turn >> 8];

/** Over a link, a bundle of three packets; else one packet. */
function floodMessage(lane: number, serial: number): Uint8Array {
  const number = bytesOf(serial);
  const header = lane === 0 ? [1, ...number] : [1, ...number, ...number, 0, 0, 0, 0];
  return Uint8Array.from([...header, 1, 1, 1, 1, 1, 1]);
}

let game: Game;
beforeEach(() => {
  game = new Game();
});

describe.each([
  ['that speaks as Godot', []],
  ['that announced the link', [LINK_FEATURE]],
])('a hostile peer %s: the others keep playing', (_what, features) => {
  test('while it never reads, and never answers', () => {
    game.enter(features);
    // The longest that the link waits.
    game.play(2200);
    expect(game.gone).toEqual(features.length > 0 ? [`${BAD} timeout`] : []);
  });

  test('while it sends as fast as it can, and no frame takes more of it than the budget', () => {
    const { connection, channels } = game.enter(features);
    let [serial, sent] = [0, 0];
    game.play(30, () => {
      for (const [lane, channel] of channels.entries()) {
        for (let i = 0; i < 4000; i += 1) {
          serial = (serial + 1) & 0xffff;
          sent += Number(channel.putPacket(floodMessage(lane, serial)) === Err.OK);
        }
      }
      connection.poll();
    });
    expect(sent).toBeGreaterThan(100_000);
    expect(game.mostOfBadInFrame).toBeGreaterThan(1000);
    expect(game.mostOfBadInFrame).toBeLessThanOrEqual(PACKETS_PER_POLL + 3);
    // One more is of the honest one.
    expect(game.mostPromised).toBeLessThanOrEqual(PACKETS_PER_POLL + 3 + 1);
  });

  test('while it opens channels nobody asked for, and floods them', () => {
    const { connection } = game.enter(features, 200);
    const extra = connection.getDataChannels().slice(3);
    const message = new Uint8Array(60_000);
    let sent = 0;
    game.play(100, () => {
      for (const channel of extra) sent += Number(channel.putPacket(message) === Err.OK);
      connection.poll();
    });
    const here = game.server.getPeer(BAD)?.connection;
    // Far more than the 64 MiB that all such channels of a connection hold.
    expect(sent * message.length).toBeGreaterThan(256 * MIB);
    expect(here?.getRefusedChannelCount()).toBe(200 - 64);
    const unread = (here?.getDataChannels() ?? []).reduce((sum, channel) => sum + channel.getAvailablePacketCount(), 0);
    expect(unread * message.length).toBeLessThanOrEqual(64 * MIB);
    expect(game.gone).toEqual([]);
  });

  test.each([0, 1, 2])('when it closes its channel %i, and it is put out', (lane) => {
    const { channels } = game.enter(features);
    channels[lane]?.close();
    game.play(60);
    expect(game.gone).toEqual([`${BAD} left`]);
  });
});

describe('a hostile peer that claims the link and breaks it: the others keep playing', () => {
  test('noise on every lane puts it out', () => {
    const { connection, channels } = game.enter([LINK_FEATURE]);
    let seed = 1;
    game.play(300, () => {
      for (const channel of channels) {
        seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
        channel.putPacket(Uint8Array.from({ length: seed % 40 }, (_, i) => (seed >>> (i % 24)) & 255));
      }
      connection.poll();
    });
    expect(game.gone).toEqual([`${BAD} misbehaved`]);
  });

  test('pieces that never become a packet cost no more than the cap, and end with it', () => {
    const { connection, channels } = game.enter([LINK_FEATURE]);
    const first = new Uint8Array(16_000);
    first.set([3, 1, 0, 0, 0, 0x40, 0]);
    const next = new Uint8Array(16_000).fill(4, 0, 1);
    let most = 0;
    game.play(400, () => {
      channels[0]?.putPacket(first[0] === 3 ? first : next);
      first[0] = 0;
      connection.poll();
      most = Math.max(most, game.server.getPeerStats(BAD)?.assemblingBytes ?? 0);
    });
    expect(most).toBeGreaterThan(2 * MIB);
    expect(most).toBeLessThanOrEqual(4 * MIB);
    expect(game.gone).toEqual([`${BAD} misbehaved`]);
  });

  test('a peer that names only what is unknown is spoken to as Godot speaks', () => {
    const { connection, channels } = game.enter(['link2', 'teleport']);
    expect(game.server.getPeerStats(BAD)).toBeNull();
    expect(send(game.server, BAD, [1, 2, 3])).toBe(Err.OK);
    game.room.frames(5);
    connection.poll();
    expect([...(channels[0]?.getPacket() ?? [])]).toEqual([1, 2, 3]);
  });
});
