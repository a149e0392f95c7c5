import { WebSocketMultiplayerPeer } from 'scenewire';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { recordErrors } from '../core/support/errors.js';
import { ClientReplay, type Part, recording, ServerReplay, scenario } from './support/websocket-replay.js';
import { WebSocketRoom } from './support/websocket-room.js';

recordErrors();

let room: WebSocketRoom;
beforeEach(() => {
  room = new WebSocketRoom();
});
afterEach(() => room.close());

type SetUp = (peer: WebSocketMultiplayerPeer) => void;

async function replayOnServer(name: string, setUp: SetUp = () => {}, more: Partial<Part> = {}): Promise<void> {
  const peer = room.serve(setUp);
  await new ServerReplay({ room, peer, who: 'server', ...more }).run(scenario(name).items);
}

async function replayOnClient(name: string, setUp: SetUp = () => {}, more: Partial<Part> = {}): Promise<void> {
  const { port, end } = await room.rawServer();
  const who = more.who ?? 'client';
  const peer = room.make(who);
  setUp(peer);
  const path = /^GET (\S+)/.exec(scenario(name).items.find(({ http }) => http !== undefined)?.http ?? '')?.[1];
  expect(peer.createClient(`ws://127.0.0.1:${port}${path}`)).toBe(0);
  await new ClientReplay({ room, peer, ...more, who }, end).run(scenario(name).items);
}

/** Which scenarios are replayed below, so that none is forgotten. */
const replayed = new Set<string>();
function replays(title: string, name: string, body: () => Promise<void>): void {
  replayed.add(name);
  it(`${title}: ${name}`, body);
}

describe('between Godot and Godot, with our server in the place of one', () => {
  const names = [
    'connect_and_data',
    'server_disconnect_peer',
    'client_disconnect_peer',
    'client_close',
    'server_close',
  ];
  for (const name of names) replays('server', name, () => replayOnServer(name));

  replays('server', 'protocols_and_headers', () =>
    replayOnServer('protocols_and_headers', (server) => {
      server.supportedProtocols = ['godot', 'other'];
      server.handshakeHeaders = ['X-Server: yes'];
    }),
  );
  replays('server', 'scene_multiplayer', () => replayOnServer('scene_multiplayer', () => {}, { api: true }));
});

describe('between Godot and Godot, with our client in the place of one', () => {
  const names = [
    'connect_and_data',
    'server_disconnect_peer',
    'client_disconnect_peer',
    'client_close',
    'server_close',
  ];
  for (const name of names) replays('client', name, () => replayOnClient(name));

  replays('client', 'protocols_and_headers', () =>
    replayOnClient('protocols_and_headers', (client) => {
      client.supportedProtocols = [' mine', 'other ', 'godot'];
      client.handshakeHeaders = ['X-Client: 1', 'Authorization: Bearer abc'];
    }),
  );
  for (const [who, link] of [
    ['client1', 'L1'],
    ['client2', 'L2'],
  ] as const) {
    replays(who, 'scene_multiplayer', () => replayOnClient('scene_multiplayer', () => {}, { who, link, api: true }));
  }
});

describe('a hand-made client at our server', () => {
  // Godot mixes the payload of a ping into the message around it. That is a mistake of Godot's, and not repeated.
  const differs = { '030170690203': '03010203' };
  replays('server', 'raw_client_frames', () => replayOnServer('raw_client_frames', () => {}, { differs }));
  for (const name of ['raw_client_unmasked', 'raw_client_unrequested_protocol', 'raw_client_bad_version']) {
    replays('server', name, () => replayOnServer(name));
  }
  replays('server', 'refuse_new_connections', () =>
    replayOnServer('refuse_new_connections', (server) => {
      server.refuseNewConnections = true;
    }),
  );
  replays('server', 'raw_client_silent', () => {
    room.msPerPoll = 1;
    return replayOnServer('raw_client_silent', (server) => {
      server.handshakeTimeout = 0.1;
    });
  });
});

describe('a hand-made server for our client', () => {
  const names = [
    'raw_server_id_and_packets',
    'raw_server_id_as_text',
    'raw_server_id_5_bytes',
    'raw_server_id_0',
    'raw_server_first_message_empty',
    'raw_server_no_id',
    'raw_server_unrequested_protocol',
    'raw_server_extra_headers',
  ];
  for (const name of names) replays('client', name, () => replayOnClient(name));

  // Godot refuses these two answers. Both are correct HTTP that proxies may well write, and browsers take them.
  for (const name of ['raw_server_connection_list', 'raw_server_empty_header_value']) {
    replays('client accepts', name, async () => {
      const { items } = scenario(name);
      const wire = items.filter(({ event, tcp_closed }) => event === undefined && !tcp_closed);
      const { port, end } = await room.rawServer();
      const peer = room.make('client');
      peer.createClient(`ws://127.0.0.1:${port}`);
      await new ClientReplay({ room, peer, who: 'client' }, end).run(wire);
      await room.heard('client peer_connected 1');
      expect(peer.getUniqueId()).toBe(0x0eadbeef);
    });
  }
});

it('replays every scenario', () => {
  expect([...replayed].sort()).toEqual(recording.scenarios.map(({ name }) => name).sort());
});

it('has the defaults of Godot', () => {
  const peer = new WebSocketMultiplayerPeer();
  expect({
    inbound_buffer_size: peer.inboundBufferSize,
    outbound_buffer_size: peer.outboundBufferSize,
    max_queued_packets: peer.maxQueuedPackets,
    handshake_timeout: peer.handshakeTimeout,
    is_server_relay_supported: peer.isServerRelaySupported(),
    get_packet_mode: peer.getPacketMode(),
    get_packet_channel: peer.getPacketChannel(),
  }).toEqual(recording.defaults);
});
