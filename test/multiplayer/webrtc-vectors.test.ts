import {
  ByteReader,
  ByteWriter,
  errorString,
  MemoryNode,
  MemorySceneAdapter,
  readArgument,
  SceneMultiplayer,
  SceneTree,
  type TransferMode,
  type Variant,
  type WebRTCDataChannel,
  WebRTCMultiplayerPeer,
  type WebRTCPeerConnection,
  writeArgument,
} from 'scenewire';
import { describe, expect, it, vi } from 'vitest';
import { listRpcs } from '../../src/nodes/script-rpcs.js';
import { recordErrors } from '../core/support/errors.js';
import type { Step } from './support/godot-vectors.js';
import { hex, unhex } from './support/hex.js';
import { show } from './support/variant-text.js';
import { channelsIn, clientsIn, recordingsOf } from './support/webrtc-recording.js';
import { joinConnections, readAll, send, WebRTCRoom } from './support/webrtc-room.js';

const errors = recordErrors();

/** The same names in Godot and here. */
const WHO: Record<string, string> = { server: 'server', client: 'client 7' };

const signalsOf = (log: readonly Step[]): string[] =>
  log
    .filter(({ signal }) => signal !== undefined)
    .map(({ who, signal, id }) => `${WHO[who as string]} ${signal} ${id}`);

function peerFor(mode: string, channels: TransferMode[]): { peer: WebRTCMultiplayerPeer; created: number } {
  const peer = new WebRTCMultiplayerPeer();
  if (mode === 'server') return { peer, created: peer.createServer(channels) };
  return { peer, created: mode === 'client' ? peer.createClient(5, channels) : peer.createMesh(5, channels) };
}

/** A server whose peer 7 is a bare connection with the channels 1, 2 and 3, all reliable, under other names. */
function withBarePeer(room: WebRTCRoom): [WebRTCMultiplayerPeer, WebRTCDataChannel[], WebRTCPeerConnection] {
  const server = room.server();
  const [here, there] = [room.connection(), room.connection()];
  joinConnections(here, there);
  server.addPeer(here, 7);
  const channels = [1, 2, 3].map((id) => there.createDataChannel(`anything-${id}`, { negotiated: true, id }));
  room.bare.push(there);
  here.createOffer();
  room.frames();
  return [server, channels as WebRTCDataChannel[], there];
}

/** What arrived at a bare peer, as the recording writes it. */
function readBare(channels: readonly WebRTCDataChannel[]): Step[] {
  return channels.flatMap((channel) => {
    const read: Step[] = [];
    while (channel.getAvailablePacketCount() > 0) {
      const packet = hex(channel.getPacket());
      read.push({ who: 'bare', data_channel_id: channel.getId(), text: channel.wasStringPacket(), hex: packet });
    }
    return read;
  });
}

/** Reserved channels by their modes, and the other way round. */
const CHANNEL_OF = [3, 2, 1] as const;
const MODE_OF: Readonly<Record<number, TransferMode>> = { 1: 2, 2: 1, 3: 0 };

/** Calls as the recording writes them, such as `server(refusing).add_peer(fake, 2)`. */
class Calls {
  readonly #room = new WebRTCRoom();
  readonly #peer = new WebRTCMultiplayerPeer();

  run(call: string): number {
    const [, mode, state, method = '', list = ''] = /^(?:(\w+)(?:\((\w+)\))?\.)?(\w+)\((.*)\)$/.exec(call) ?? [];
    const peer = mode === undefined ? this.#peer : peerFor(mode, []).peer;
    // Godot changes its mode while it is active; here it has to be closed first (C-31).
    if (mode === undefined) peer.close();
    if (state === 'refusing') peer.refuseNewConnections = true;
    const args = list.split(', ').map((arg) => (arg === 'fake' ? this.#room.connection() : JSON.parse(arg)));
    const name = method.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
    return (peer as unknown as Record<string, (...all: unknown[]) => number>)[name]?.(...args) ?? -1;
  }
}

describe('what Godot 4.6.3 was recorded doing', () => {
  it('is all replayed here, by what it is about', () => {
    expect(recordingsOf(null).map(([name]) => name)).toEqual([]);
  });

  describe.each(recordingsOf('configurations'))('%s', (_name, { log }) => {
    it.each(log.map((step, index) => [index, step] as const))(
      'R-086 R-084 R-105 %i: the same channels, with the option that Godot misspells spelled right',
      (_index, step) => {
        const { peer, created } = peerFor(step['mode'] as string, step['channels_config'] as TransferMode[]);
        const connection = new WebRTCRoom().connection();
        const create = vi.spyOn(connection, 'createDataChannel');
        const lifetime = step['unreliable_lifetime'] as number;
        const added = peer.addPeer(connection, step['mode'] === 'client' ? 1 : 2, lifetime);
        const channels = create.mock.calls.map(([label, { maxPacketLifeTime, ...config } = {}]) => ({
          label,
          config: { ...config, ...(maxPacketLifeTime !== undefined && { maxPacketLifetime: maxPacketLifeTime }) },
        }));
        expect({
          mode: step['mode'],
          channels_config: step['channels_config'],
          unreliable_lifetime: lifetime,
          create_error: created,
          add_peer_error: added,
          is_server_relay_supported: peer.isServerRelaySupported(),
          status: peer.getConnectionStatus(),
          channels,
        }).toEqual(step);
        const applied = connection.getDataChannels().map((channel) => channel.getMaxPacketLifeTime());
        expect(applied).toEqual(channels.map(({ config }) => config.maxPacketLifetime ?? 65535));
      },
    );
  });

  it.each(recordingsOf('calls'))('R-082 R-083 R-085 %s: the same codes, each with one report', (_name, { log }) => {
    const calls = new Calls();
    const recorded = log.filter(({ call }) => call !== undefined);
    const made = recorded.map(({ call }) => ({ call, error: errorString(calls.run(String(call)) as never) }));
    expect(made).toEqual(recorded);
    expect(errors).toHaveLength(log.length - recorded.length);
  });

  it.each(recordingsOf('channels'))(
    'R-104 R-102 R-099 %s: the same channels at both ends, the same results, the same packets',
    (_name, { log }) => {
      const room = new WebRTCRoom();
      const config = channelsIn(log);
      const [server, client] = [room.server(config), room.client(7, config)];
      const status = log.find((step) => step['status'] !== undefined)?.['status'];
      if (status !== undefined) expect(client.getConnectionStatus()).toBe(status);
      room.join(server, client);
      room.frames();
      expect([...room.log].sort()).toEqual(signalsOf(log).sort());
      for (const step of log.filter(({ label }) => label !== undefined)) {
        const channels = step['who'] === 'server' ? server.getPeer(7)?.channels : client.getPeer(1)?.channels;
        const channel = channels?.find((one) => one.getId() === step['id']);
        const { label, ordered, negotiated, protocol, write_mode } = step;
        const ours = [channel?.getLabel(), channel?.isOrdered(), channel?.isNegotiated(), channel?.getProtocol()];
        expect([...ours, channel?.writeMode]).toEqual([label, ordered, negotiated, protocol, write_mode]);
      }
      const steps = log.filter(({ put_packet, packet_from }) => put_packet !== undefined || packet_from !== undefined);
      const replayed = steps.map((step) => {
        const [peer, id] = step['who'] === 'server' ? [server, 7] : [client, 1];
        if (step['packet_from'] !== undefined) {
          room.frames(2);
          const [from, channel, mode] = [peer.getPacketPeer(), peer.getPacketChannel(), peer.getPacketMode()];
          return { who: step['who'], packet_from: from, channel, mode, hex: hex(peer.getPacket()) };
        }
        peer.transferChannel = (step['channel'] as number | undefined) ?? 0;
        if (step['mode'] !== undefined) peer.transferMode = step['mode'] as TransferMode;
        peer.setTargetPeer((step['target'] as number | undefined) ?? id);
        return { ...step, result: errorString(peer.putPacket(unhex(step['put_packet'] as string))) };
      });
      expect(replayed).toEqual(steps);
      expect(errors).toHaveLength(steps.filter(({ result }) => result !== undefined && result !== 'OK').length);
    },
  );

  it.each(recordingsOf('bare peer'))(
    'R-088 %s: one message per packet, no header; texts are packets; large ones go through',
    (_name, { log }) => {
      const room = new WebRTCRoom();
      const [server, channels] = withBarePeer(room);
      expect(room.log).toEqual(signalsOf(log));
      const steps = log.filter(({ signal }) => signal === undefined);
      for (const [index, step] of steps.entries()) {
        if (step['put_packet_size'] !== undefined) {
          // What it was filled with stands where it arrives.
          const [fill = 0] = unhex(String(steps[index + 1]?.['hex'] ?? '').slice(0, 2));
          server.transferMode = 2;
          server.setTargetPeer(7);
          const result = server.putPacket(new Uint8Array(Number(step['put_packet_size'])).fill(fill));
          expect(errorString(result)).toBe(step['result']);
        } else if (step['who'] === 'bare') toBarePeer(room, server, channels, step);
        else fromBarePeer(room, server, channels, step);
      }
    },
  );

  it.each(recordingsOf('order'))(
    'R-098 R-100 %s: the same packets in the same order, with the same counts',
    (_name, recording) => {
      const { log } = recording;
      const room = new WebRTCRoom();
      const config = channelsIn(log);
      const server = room.server(config);
      const clients = new Map(clientsIn(recording).map((id) => [id, room.client(id, config)] as const));
      for (const client of clients.values()) room.join(server, client);
      room.frames();
      const connected = room.log.filter((line) => line.startsWith('server'));
      // Their order is that of the network.
      expect(connected.sort()).toEqual(signalsOf(log).sort());
      for (const step of log.filter(({ put_packet }) => put_packet !== undefined)) {
        const client = clients.get(step['who'] as number) as WebRTCMultiplayerPeer;
        send(client, 1, [step['put_packet'] as number], step['mode'] as TransferMode, step['channel'] as number);
        room.clock.advance(25);
      }
      server.poll();
      const read: Step[] = [];
      while (server.getAvailablePacketCount() > 0) {
        const count = server.getAvailablePacketCount();
        const [from, channel, mode] = [server.getPacketPeer(), server.getPacketChannel(), server.getPacketMode()];
        read.push({ who: 'server', count, from, channel, mode, packet: server.getPacket()[0] });
      }
      expect(read).toEqual(log.filter(({ count }) => count !== undefined));
    },
  );

  it.each(recordingsOf('end'))('R-095 R-090 %s gives the same signals and states', (_name, { log }) => {
    const room = new WebRTCRoom();
    const [server, client] = room.full([7]) as [WebRTCMultiplayerPeer, WebRTCMultiplayerPeer];
    const connected = room.log.splice(0);
    for (const { action } of log) if (action !== undefined) end(String(action), server, client);
    room.frames(10);
    const signals = signalsOf(log);
    const done = log.findIndex(({ action }) => action !== undefined);
    const before = signalsOf(log.slice(0, done));
    // Both connect in the same frame, in either order.
    expect([connected.sort(), room.log]).toEqual([before.sort(), signals.slice(before.length)]);
    expect({ server_has_peer: server.hasPeer(7), client_status: client.getConnectionStatus() }).toEqual(log.at(-1));
  });

  it.each(recordingsOf('scene'))(
    'R-104 %s: the same packets of a SceneMultiplayer, on the same channels',
    (_name, { log }) => {
      const room = new WebRTCRoom();
      const [server, channels] = withBarePeer(room);
      expect(room.log).toEqual(signalsOf(log));
      const game = new Game(room, server);
      const sent = log.filter(({ who }) => who === 'bare');
      const read: Step[] = [];
      for (const step of sent) {
        const call = readCall(unhex(String(step['hex'])));
        if (call === null) continue;
        // A call without its path was made after the confirmation.
        if (!call.carriesPath) channels[0]?.putPacket(unhex('020101000000'));
        room.frames(2);
        game.call(call.method, call.args);
        room.frames(2);
        read.push(...readBare(channels));
      }
      expect(read).toEqual(sent);
      for (const { method, args, sender } of calledIn(log)) {
        channels[0]?.putPacket(writeCall(method, args));
        room.frames(2);
        expect(game.called.pop()).toEqual([method, args, sender]);
      }
    },
  );
});

function toBarePeer(
  room: WebRTCRoom,
  server: WebRTCMultiplayerPeer,
  channels: readonly WebRTCDataChannel[],
  step: Step,
): void {
  const size = step['size'] as number | undefined;
  if (size === undefined) send(server, 7, [...unhex(String(step['hex']))], MODE_OF[Number(step['data_channel_id'])]);
  room.frames(size === undefined ? 2 : 20);
  const [got] = readBare(channels);
  if (size === undefined) expect(got).toEqual(step);
  else
    expect({ ...got, hex: `${String(got?.['hex']).slice(0, 40)}...`, size: String(got?.['hex']).length / 2 }).toEqual(
      step,
    );
}

function fromBarePeer(
  room: WebRTCRoom,
  server: WebRTCMultiplayerPeer,
  channels: readonly WebRTCDataChannel[],
  step: Step,
): void {
  const packet = unhex(String(step['hex']));
  const channel = channels[(CHANNEL_OF[Number(step['mode'])] ?? 1) - 1];
  // The recording does not tell, but what can be read was a text.
  if (channel !== undefined) channel.writeMode = packet.every((byte) => byte >= 0x20 && byte < 0x7f) ? 0 : 1;
  channel?.putPacket(packet);
  room.frames(2);
  const read = readAll(server).map(({ from, channel: number, mode, packet: bytes }) => {
    return { who: 'server', packet_from: from, channel: number, mode, hex: hex(Uint8Array.from(bytes)) };
  });
  expect(read).toEqual([step]);
}

function end(action: string, server: WebRTCMultiplayerPeer, client: WebRTCMultiplayerPeer): void {
  if (action === 'server.disconnect_peer') server.disconnectPeer(7);
  else if (action === 'server.disconnect_peer force') server.disconnectPeer(7, true);
  else if (action === 'server.remove_peer') server.removePeer(7);
  else if (action === 'server.close') server.close();
  else if (action === 'client.disconnect_peer') client.disconnectPeer(1);
  else if (action === 'client.disconnect_peer force') client.disconnectPeer(1, true);
  else if (action === 'client.remove_peer') client.removePeer(1);
  else if (action === 'client.close') client.close();
  else throw new Error(`Unknown action ${action}`);
}

/** The methods of the recorded node `Game`, in the order of their numbers. */
const METHODS = ['many', 'no_args', 'one', 'two'] as const;
const PATH = 'Game';
const PATH_FLAG = 0x80000000;

/** A server's scene with the recorded node, over a transport. */
class Game {
  readonly called: unknown[] = [];
  readonly #tree = new SceneTree<MemoryNode>(new MemorySceneAdapter());
  readonly #node = new MemoryNode(PATH);

  constructor(room: WebRTCRoom, peer: WebRTCMultiplayerPeer) {
    const api = new SceneMultiplayer<MemoryNode>();
    this.#tree.setMultiplayer(api);
    const note =
      (method: string) =>
      (...args: Variant[]) =>
        this.called.push([method, args.map(show), api.getRemoteSenderId()]);
    const script = Object.fromEntries(METHODS.map((method) => [method, note(method)]));
    // The numbers of a script's methods follow from its class.
    class Script {}
    Object.assign(Script.prototype, script);
    listRpcs(Script.prototype, Object.fromEntries(METHODS.map((method) => [method, { mode: 'any_peer' }])));
    this.#tree.bind(this.#node, new Script());
    this.#tree.addChild(this.#tree.getRoot(), this.#node);
    api.multiplayerPeer = peer;
    // It was connected before the API came.
    peer.peer_connected.emit(7);
    room.peers.splice(room.peers.indexOf(peer), 1);
    room.peers.push({ poll: () => void api.poll() } as unknown as WebRTCMultiplayerPeer);
  }

  call(method: string, args: readonly Variant[]): void {
    expect(this.#tree.rpcId(this.#node, 7, method, ...args)).toBe(0);
  }
}

/** A call that was sent, by path or by number. Null for other packets. */
function readCall(packet: Uint8Array): { method: string; args: Variant[]; carriesPath: boolean } | null {
  const reader = new ByteReader(packet);
  const header = reader.u8();
  if ((header & 7) !== 0) return null;
  const width = (header >> 4) & 3;
  const node = width === 0 ? reader.u8() : width === 1 ? reader.u16() : reader.u32();
  const method = METHODS[reader.u8()] ?? '';
  const count = (header & 0x80) === 0 ? reader.u8() : 0;
  const args = Array.from({ length: count }, () => readArgument(reader));
  return { method, args, carriesPath: width === 2 && (node & PATH_FLAG) !== 0 };
}

function writeCall(method: string, args: readonly string[]): Uint8Array {
  const writer = new ByteWriter();
  writer.u8(0x20);
  writer.u32(0);
  writer.u8(METHODS.indexOf(method as (typeof METHODS)[number]));
  writer.u8(args.length);
  for (const arg of args) writeArgument(writer, JSON.parse(arg) as Variant);
  writer.patchU32(1, (PATH_FLAG | writer.length) >>> 0);
  writer.utf8(PATH);
  writer.u8(0);
  return writer.copy();
}

/** The calls that arrived at Godot's scene. */
function calledIn(log: readonly Step[]): { method: string; args: string[]; sender: number }[] {
  const events = log.flatMap(({ events: all }) => (all as readonly Step[] | undefined) ?? []);
  const calls = events.filter(({ event }) => event === 'rpc_called');
  return calls as unknown as { method: string; args: string[]; sender: number }[];
}
