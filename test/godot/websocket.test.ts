import { createHash } from 'node:crypto';
import { ConnectionStatus, Err, TransferMode, type WebSocketMultiplayerPeer } from 'scenewire';
import { beforeEach, describe, expect, it } from 'vitest';
import { openGodotRoom } from './support/godot-room.js';

const room = openGodotRoom();
// It would announce its synchronizer to everybody.
beforeEach(() => room.run('game.get_node("World").free()'));

/** First byte of a packet that SceneMultiplayer hands to the game as it is. */
const RAW = 0x03;
const raw = (...bytes: number[]): Uint8Array => Uint8Array.of(RAW, ...bytes);
/** As a string that a failure shows in one line. */
const digest = (hex: string): string => createHash('md5').update(Buffer.from(hex, 'hex')).digest('hex');

interface Pair {
  readonly peer: WebSocketMultiplayerPeer;
  /** Godot's id, and the id Godot knows us by. */
  readonly godot: number;
  readonly node: number;
}

async function hostGodot(): Promise<Pair> {
  const { peer, id } = await room.hostGodot();
  return { peer, godot: id, node: 1 };
}

async function joinGodot(): Promise<Pair> {
  const { peer, id } = await room.joinGodot();
  return { peer, godot: 1, node: id };
}

describe.each([
  ['a Godot that joins', hostGodot],
  ['a Godot that serves', joinGodot],
])('%s', (_, meet) => {
  it('R-112 has the id that both sides know it by', async () => {
    const { peer, godot, node } = await meet();
    expect(await room.run('return [api.get_unique_id(), api.get_peers(), api.is_server()]')).toBe(
      `[${godot}, PackedInt32Array(${node}), ${godot === 1}]`,
    );
    expect(peer.getUniqueId()).toBe(node);
    expect(room.log).toEqual([`node peer_connected ${godot}`]);
  });

  it.each([
    ['reliable', TransferMode.TRANSFER_MODE_RELIABLE, 0],
    ['unreliable ordered', TransferMode.TRANSFER_MODE_UNRELIABLE_ORDERED, 0],
    ['unreliable, on channel 3', TransferMode.TRANSFER_MODE_UNRELIABLE, 3],
  ])('gets and sends packets: %s', async (_mode, transferMode, channel) => {
    const { peer, godot, node } = await meet();
    peer.setTransferMode(transferMode);
    peer.setTransferChannel(channel);
    peer.setTargetPeer(godot);
    expect(peer.putPacket(raw(0, 1, 255))).toBe(Err.OK);
    await room.told(`peer_packet ${node} 0001ff`);
    await room.run(`api.send_bytes(PackedByteArray([7, 0, 254]), ${node}, ${transferMode}, ${channel})`);
    await room.heard(`node packet ${godot} 030700fe`);
    expect([peer.getPacketChannel(), peer.getPacketMode()]).toEqual([0, TransferMode.TRANSFER_MODE_RELIABLE]);
  });

  it.each([1, 124, 125, 126, 1200, 65_000])('gets and sends %d bytes', async (size) => {
    const { peer, godot, node } = await meet();
    const packet = new Uint8Array(size + 1).fill(0xab);
    packet[0] = RAW;
    peer.setTargetPeer(godot);
    peer.putPacket(packet);
    const there = (await room.told(new RegExp(`^peer_packet ${node} `))).split(' ').at(-1) ?? '';
    expect([there.length, digest(there)]).toEqual([2 * size, digest('ab'.repeat(size))]);
    await room.run(`var b := PackedByteArray()\nb.resize(${size})\nb.fill(0xcd)\napi.send_bytes(b, ${node})`);
    const here = (await room.heard(new RegExp(`^node packet ${godot} 03`))).split(' ').at(-1) ?? '';
    expect([here.length, digest(here)]).toEqual([2 * size + 2, digest(`03${'cd'.repeat(size)}`)]);
  });

  it('gets and sends a thousand packets in order', async () => {
    const { peer, godot, node } = await meet();
    const count = 1000;
    for (let i = 0; i < count; i += 1) peer.putPacket(raw(i >> 8, i & 255));
    await room.run(`for i in ${count}:\n\tapi.send_bytes(PackedByteArray([i >> 8, i & 255]), ${node})`);
    const numbers = Array.from({ length: count }, (_unused, i) => i.toString(16).padStart(4, '0'));
    await room.told(`peer_packet ${node} ${numbers.at(-1)}`);
    await room.heard(`node packet ${godot} 03${numbers.at(-1)}`);
    expect(room.godot.log.slice(-count)).toEqual(numbers.map((number) => `peer_packet ${node} ${number}`));
    expect(room.log.slice(-count)).toEqual(numbers.map((number) => `node packet ${godot} 03${number}`));
  });

  it('is put out by us', async () => {
    const { peer, godot, node } = await meet();
    peer.disconnectPeer(godot);
    await room.heard(`node peer_disconnected ${godot} closed`);
    await room.told(`peer_disconnected ${node}`);
  });

  it('is put out by us at once, without a signal here', async () => {
    const { peer, godot, node } = await meet();
    peer.disconnectPeer(godot, true);
    await room.told(`peer_disconnected ${node}`);
    expect(room.log).toEqual([`node peer_connected ${godot}`]);
  });

  it('puts us out', async () => {
    const { godot, node } = await meet();
    await room.run(`peer.disconnect_peer(${node})`);
    await room.heard(`node peer_disconnected ${godot} left`);
    await room.told(`peer_disconnected ${node}`);
  });

  it('puts us out at once', async () => {
    const { godot, node } = await meet();
    await room.run(`peer.disconnect_peer(${node}, true)`);
    await room.heard(`node peer_disconnected ${godot} left`);
  });

  it('is left by us', async () => {
    const { peer, godot, node } = await meet();
    peer.close();
    await room.told(`peer_disconnected ${node}`);
    expect(room.log).toEqual([`node peer_connected ${godot}`]);
  });

  it('leaves', async () => {
    const { godot } = await meet();
    await room.run('peer.close()');
    await room.heard(`node peer_disconnected ${godot} left`);
  });
});

describe('a Godot that joins', () => {
  it('is told when its server goes', async () => {
    const { peer } = await room.hostGodot();
    peer.close();
    await room.told('server_disconnected');
    expect(await room.run('return [api.get_peers(), peer.get_connection_status()]')).toBe('[PackedInt32Array(), 0]');
  });

  it('is refused, and comes in later', async () => {
    const peer = room.makePeer('node');
    peer.createServer(0);
    peer.refuseNewConnections = true;
    await room.run(`control.join("ws://127.0.0.1:${peer.getServerPort()}")`);
    await room.quiet();
    expect([room.log, await room.run('return peer.get_connection_status()')]).toEqual([[], '1']);
    peer.refuseNewConnections = false;
    await room.told('connected_to_server');
  });

  it('gives up where nobody answers', async () => {
    const peer = room.makePeer('node');
    peer.createServer(0);
    const port = peer.getServerPort();
    peer.close();
    await room.run(`control.join("ws://127.0.0.1:${port}")`);
    await room.told('connection_failed');
  });

  it('agrees on a protocol, and shows its URL', async () => {
    const peer = room.makePeer('node');
    peer.supportedProtocols = ['chess', 'go'];
    peer.createServer(0);
    const settings = '{"supported_protocols": ["draughts", "go"]}';
    await room.run(`control.join("ws://127.0.0.1:${peer.getServerPort()}/room?token=a%20b", ${settings})`);
    const line = await room.heard(/^node peer_connected/);
    const socket = peer.getPeer(Number(line.split(' ').at(-1)));
    expect(socket?.getSelectedProtocol()).toBe('go');
    expect(socket?.getRequestedUrl()).toMatch(/\/room\?token=a%20b$/);
    expect(await room.run('return peer.get_peer(1).get_selected_protocol()')).toBe('"go"');
  });

  it('is refused for a protocol that we do not speak', async () => {
    const peer = room.makePeer('node');
    peer.supportedProtocols = ['chess'];
    peer.createServer(0);
    await room.run(`control.join("ws://127.0.0.1:${peer.getServerPort()}", {"supported_protocols": ["go"]})`);
    await room.told('connection_failed');
    expect(room.log).toEqual([]);
  });

  it('gets what is for all, and not what is for all but it', async () => {
    const { peer, id } = await room.hostGodot();
    const other = room.makePeer('other');
    other.createClient(`ws://127.0.0.1:${peer.getServerPort()}`);
    await room.heard('other peer_connected 1');
    peer.setTargetPeer(-id);
    peer.putPacket(raw(1));
    peer.setTargetPeer(0);
    peer.putPacket(raw(2));
    await room.heard('other packet 1 0302');
    await room.told('peer_packet 1 02');
    expect(room.log).toContain('other packet 1 0301');
    expect(room.godot.log).not.toContain('peer_packet 1 01');
  });

  it('answers pings, so a heartbeat does not end it', async () => {
    const { peer, id } = await room.hostGodot();
    const socket = peer.getPeer(id);
    if (socket) socket.heartbeatInterval = 0.05;
    const end = performance.now() + 500;
    await room.until(() => performance.now() > end);
    expect(room.log).toEqual([`node peer_connected ${id}`]);
  });

  it('is noticed by its heartbeat when it stands still', async () => {
    const { peer, id } = await room.hostGodot();
    const socket = peer.getPeer(id);
    if (socket) socket.heartbeatInterval = 0.2;
    const resume = room.godot.freeze();
    try {
      await room.heard(/^node peer_disconnected \d+ timeout$/);
    } finally {
      resume();
    }
    await room.told('server_disconnected');
  });

  it('is noticed when it is killed', async () => {
    const peer = room.makePeer('node');
    peer.createServer(0);
    const other = await room.another();
    await other.run(`control.join("ws://127.0.0.1:${peer.getServerPort()}")`);
    await room.heard(/^node peer_connected/);
    await room.kill(other);
    await room.heard(/^node peer_disconnected \d+ left$/);
  });
});

describe('a Godot that serves', () => {
  it('loses nothing when it goes', async () => {
    const { peer } = await room.joinGodot();
    await room.run(`api.send_bytes(PackedByteArray([9]))\npeer.close()`);
    await room.heard('node peer_disconnected 1 left');
    expect(room.log).toEqual(['node peer_connected 1', 'node packet 1 0309', 'node peer_disconnected 1 left']);
    expect(peer.getConnectionStatus()).toBe(ConnectionStatus.CONNECTION_DISCONNECTED);
  });

  it('refuses us while it refuses, and lets us in later', async () => {
    const peer = room.makePeer('node');
    const port = await room.run('return control.serve({"refuse_new_connections": true})');
    peer.createClient(`ws://127.0.0.1:${port}`);
    await room.quiet();
    expect([room.log, peer.getConnectionStatus()]).toEqual([[], ConnectionStatus.CONNECTION_CONNECTING]);
    await room.run('peer.refuse_new_connections = false');
    await room.heard('node peer_connected 1');
  });

  it('agrees on a protocol', async () => {
    const peer = room.makePeer('node');
    peer.supportedProtocols = ['draughts', 'go'];
    const port = await room.run('return control.serve({"supported_protocols": ["chess", "go"]})');
    peer.createClient(`ws://127.0.0.1:${port}/room`);
    await room.heard('node peer_connected 1');
    expect(peer.getPeer(1)?.getSelectedProtocol()).toBe('go');
    expect(await room.run(`return peer.get_peer(${peer.getUniqueId()}).get_requested_url()`)).toMatch(
      /\/room\?scenewire=1"$/,
    );
  });

  it('drops us for a protocol that it does not speak', async () => {
    const peer = room.makePeer('node');
    peer.supportedProtocols = ['go'];
    const port = await room.run('return control.serve()');
    peer.createClient(`ws://127.0.0.1:${port}`);
    await room.until(() => peer.getConnectionStatus() === ConnectionStatus.CONNECTION_DISCONNECTED);
    expect(room.log).toEqual([]);
  });

  it('tells its clients of each other, and passes on what is for others', async () => {
    const { peer, id } = await room.joinGodot();
    const other = room.makePeer('other');
    other.createClient(`ws://127.0.0.1:${peer.getPeer(1)?.getConnectedPort()}`);
    await room.heard('other peer_connected 1');
    const otherId = other.getUniqueId();
    await room.heard(`node packet 1 0701${int32(otherId)}`);
    await room.heard(`other packet 1 0701${int32(id)}`);
    // SYS, RELAY, target, and the packet.
    peer.putPacket(Uint8Array.from(Buffer.from(`0703${int32(otherId)}03aa`, 'hex')));
    await room.heard(`other packet 1 0703${int32(id)}03aa`);
    other.close();
    await room.heard(`node packet 1 0702${int32(otherId)}`);
  });
});

function int32(value: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes.toString('hex');
}
