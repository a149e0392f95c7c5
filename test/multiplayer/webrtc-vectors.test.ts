import {
  errorString,
  type TransferMode,
  type WebRTCDataChannel,
  WebRTCMultiplayerPeer,
  type WebRTCPeerConnection,
} from 'scenewire';
import { describe, expect, it, vi } from 'vitest';
import { recordErrors } from '../core/support/errors.js';
import { hex, type Step, scenario, scenarioNames, unhex } from './support/godot-vectors.js';
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

describe('what Godot 4.6.3 was recorded doing', () => {
  it('is all replayed here', () => {
    expect(scenarioNames).toEqual([
      'channel_configs',
      'refused_calls',
      'native_channels',
      'bytes_on_channels',
      'read_order',
      'disconnect: server.disconnect_peer',
      'disconnect: server.disconnect_peer force',
      'disconnect: client.close',
      'scene_multiplayer',
    ]);
  });

  it.each(scenario('channel_configs').map((step, index) => [index, step] as const))(
    'R-086 R-084 R-105 channel_configs %i: the same channels, with the option that Godot misspells spelled right',
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

  it('R-082 R-083 R-085 refused_calls: the same codes, each with one report', () => {
    const room = new WebRTCRoom();
    const connection = (): WebRTCPeerConnection => room.connection();
    const peer = new WebRTCMultiplayerPeer();
    const server = new WebRTCMultiplayerPeer();
    server.createServer();
    const refusing = new WebRTCMultiplayerPeer();
    refusing.createServer();
    refusing.refuseNewConnections = true;
    const calls: Record<string, () => number> = {
      'create_client(1)': () => peer.createClient(1),
      'create_client(0)': () => peer.createClient(0),
      'create_client(-5)': () => peer.createClient(-5),
      'create_mesh(2147483648)': () => peer.createMesh(2147483648),
      'create_mesh(2147483647)': () => peer.createMesh(2147483647),
      'create_server([3])': () => peer.createServer([3 as TransferMode]),
      'create_server(["x"])': () => peer.createServer(['x' as unknown as TransferMode]),
      'create_client(5)': () => {
        // Godot changes its mode while it is active; here it has to be closed first (C-31).
        expect(peer.createClient(5)).toBe(22);
        errors.pop();
        peer.close();
        return peer.createClient(5);
      },
      'client.add_peer(fake, 2)': () => peer.addPeer(connection(), 2),
      'server.add_peer(fake, 1)': () => server.addPeer(connection(), 1),
      'server.add_peer(fake, 0)': () => server.addPeer(connection(), 0),
      'server.add_peer(fake, 2, -1)': () => server.addPeer(connection(), 2, -1),
      'server(refusing).add_peer(fake, 2)': () => refusing.addPeer(connection(), 2),
    };
    const log = scenario('refused_calls');
    const recorded = log.filter(({ call }) => call !== undefined);
    expect(recorded.map(({ call }) => ({ call, error: errorString(calls[call as string]?.() ?? -1) }))).toEqual(
      recorded,
    );
    expect(errors).toHaveLength(log.length - recorded.length);
  });

  it('R-104 R-102 R-099 native_channels: the same channels at both ends, the same results, the same packets', () => {
    const log = scenario('native_channels');
    const room = new WebRTCRoom();
    const [server, client] = [room.server([2, 1, 0]), room.client(7, [2, 1, 0])];
    expect(client.getConnectionStatus()).toBe(log[0]?.['status']);
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
      if (step['packet_from'] !== undefined) {
        room.frames(2);
        const [from, channel, mode] = [client.getPacketPeer(), client.getPacketChannel(), client.getPacketMode()];
        return { who: 'client', packet_from: from, channel, mode, hex: hex(client.getPacket()) };
      }
      server.transferChannel = (step['channel'] as number | undefined) ?? 0;
      if (step['mode'] !== undefined) server.transferMode = step['mode'] as TransferMode;
      server.setTargetPeer((step['target'] as number | undefined) ?? 7);
      return { ...step, result: errorString(server.putPacket(unhex(step['put_packet'] as string))) };
    });
    expect(replayed).toEqual(steps);
    expect(errors).toHaveLength(2);
  });

  it('R-088 bytes_on_channels: one message per packet, no header; texts are packets; 60,000 bytes go through', () => {
    const log = scenario('bytes_on_channels');
    const room = new WebRTCRoom();
    const [server, channels] = withBarePeer(room);
    expect(room.log).toEqual(signalsOf(log));
    for (const mode of [2, 1, 0] as const) {
      send(server, 7, [3, 0x10 + mode], mode);
      room.frames(2);
    }
    expect(readBare(channels)).toEqual(log.slice(1, 4));
    for (const channel of channels) {
      channel.putPacket(Uint8Array.of(3, 0x20 + channel.getId()));
      room.frames(2);
    }
    const [first] = channels;
    const read = readAll(server);
    if (first !== undefined) first.writeMode = 0;
    first?.putPacket(new TextEncoder().encode('txt'));
    room.frames(2);
    const texts = [...read, ...readAll(server)].map(({ from, channel, mode, packet }) => {
      return { who: 'server', packet_from: from, channel, mode, hex: hex(Uint8Array.from(packet)) };
    });
    expect(texts).toEqual(log.slice(4, 8));
    server.transferMode = 2;
    expect(errorString(server.putPacket(new Uint8Array(60_000).fill(5)))).toBe(log[8]?.['result']);
    room.frames(20);
    const [big] = readBare(channels);
    const bytes = String(big?.['hex']);
    expect({ ...big, hex: `${bytes.slice(0, 40)}...`, size: bytes.length / 2 }).toEqual(log[9]);
  });

  it('R-098 R-100 read_order: the same packets in the same order, with the same counts', () => {
    const log = scenario('read_order');
    const room = new WebRTCRoom();
    const server = room.server([2]);
    const clients = new Map([20, 10, 30].map((id) => [id, room.client(id, [2])] as const));
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
  });

  it.each<[string, (server: WebRTCMultiplayerPeer, client: WebRTCMultiplayerPeer) => void]>([
    ['server.disconnect_peer', (server) => server.disconnectPeer(7)],
    ['server.disconnect_peer force', (server) => server.disconnectPeer(7, true)],
    ['client.close', (_server, client) => client.close()],
  ])('R-095 R-090 disconnect: %s gives the same signals and states', (action, act) => {
    const log = scenario(`disconnect: ${action}`);
    const room = new WebRTCRoom();
    const [server, client] = room.full([7]) as [WebRTCMultiplayerPeer, WebRTCMultiplayerPeer];
    const connected = room.log.splice(0);
    act(server, client);
    room.frames(10);
    // Both connect in the same frame, in either order.
    const signals = signalsOf(log);
    expect([connected.sort(), room.log]).toEqual([signals.slice(0, 2).sort(), signals.slice(2)]);
    expect({ server_has_peer: server.hasPeer(7), client_status: client.getConnectionStatus() }).toEqual(log.at(-1));
  });

  it('R-104 scene_multiplayer: its packets pass as they are, on the channel they were recorded on', () => {
    const log = scenario('scene_multiplayer');
    const room = new WebRTCRoom();
    const [server, channels] = withBarePeer(room);
    expect(room.log).toEqual(signalsOf(log));
    const sent = log.filter(({ who }) => who === 'bare');
    for (const step of sent) send(server, 7, [...unhex(step['hex'] as string)]);
    room.frames(2);
    expect(readBare(channels)).toEqual(sent);
    const answers = ['020101000000', '20090000800201022a47616d6500'];
    for (const answer of answers) channels[0]?.putPacket(unhex(answer));
    room.frames(2);
    expect(readAll(server).map(({ packet }) => hex(Uint8Array.from(packet)))).toEqual(answers);
  });
});
