import { WebSocketMultiplayerPeer } from 'scenewire';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { recordErrors } from '../core/support/errors.js';
import { type PlannedSide, planSides } from './support/websocket-plan.js';
import { ClientReplay, type Part, recording, type Scenario, ServerReplay } from './support/websocket-replay.js';
import { WebSocketRoom } from './support/websocket-room.js';

recordErrors();

let room: WebSocketRoom;
beforeEach(() => {
  room = new WebSocketRoom();
});
afterEach(() => room.close());

async function replayServer({ items }: Scenario, side: PlannedSide): Promise<void> {
  const peer = room.serve((server) => side.setUp(server));
  await new ServerReplay(partOf(side, peer)).run(items);
}

async function replayClient({ items }: Scenario, side: PlannedSide): Promise<void> {
  const { port, end } = await room.rawServer();
  const peer = room.make(side.who);
  side.setUp(peer);
  expect(peer.createClient(`ws://127.0.0.1:${port}${side.path}`)).toBe(0);
  if (!side.isAcceptedHere) {
    await new ClientReplay(partOf(side, peer), end).run(items);
    return;
  }
  // Godot refuses it. It is correct HTTP, which proxies may well write, and browsers take it.
  const wire = items.filter(({ event, tcp_closed: closed }) => event === undefined && !closed);
  await new ClientReplay(partOf(side, peer), end).run(wire);
  await room.heard(`${side.who} peer_connected 1`);
}

function partOf({ who, link, api, differs }: PlannedSide, peer: WebSocketMultiplayerPeer): Part {
  return { room, peer, who, api, differs, ...(link !== undefined && { link }) };
}

/** Every scenario of the folder, whatever it is called, with a peer of ours in the place of each that was recorded. */
describe('what Godot 4.6.3 was recorded doing', () => {
  const sides = recording.scenarios.flatMap((scenario) => planSides(scenario).map((side) => ({ scenario, side })));

  it.each(sides.map(({ scenario, side }) => [scenario.name, side.who, scenario, side] as const))(
    '%s: our %s',
    async (_name, _who, scenario, side) => {
      if (side.isTimed) room.msPerPoll = 1;
      await (side.isServer ? replayServer(scenario, side) : replayClient(scenario, side));
    },
  );

  it('is replayed from both sides where two Godots were recorded', () => {
    expect(sides.length).toBeGreaterThanOrEqual(recording.scenarios.length);
  });
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
