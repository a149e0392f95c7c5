import { MemoryNode, setErrorHandler } from 'scenewire';
import {
  PacketDecoder,
  PacketSummary,
  readRecording,
  recordPackets,
  showContent,
  writeRecording,
} from 'scenewire/inspector';
import { describe, expect, it } from 'vitest';
import { SceneRoom } from '../multiplayer/support/scene-room.js';
import { SmallArena } from './support/small-arena.js';

/** What a recording says after it was written and read again. */
function linesOf(text: string): string[] {
  const recording = readRecording(text);
  expect(recording.badLines).toBe(0);
  const decoder = new PacketDecoder(recording.self, recording.names);
  return recording.packets.map((packet) => showContent(decoder.decode(packet).content));
}

describe('recordPackets', () => {
  it('keeps names of nodes, properties and methods, also of what was there before it began', () => {
    const arena = new SmallArena({ karts: 2 }).begin();
    arena.seconds(1);
    const recording = recordPackets(arena.server.peer, { multiplayer: arena.server.api, clock: arena.clock });
    arena.server.game.rpc.emote('hello');
    arena.clients[0]?.game.rpcTo(1).hit(7, 'Ann');
    for (const kart of arena.karts) kart.health = 33;
    arena.frames(10);
    arena.close();
    recording.stop();
    const lines = linesOf(recording.toText());
    expect(lines).toContain('call Game.emote("hello")');
    expect(lines).toContain('call Game.hit(7, "Ann")');
    expect(lines).toContain('delta World/Kart0 [health=33]; World/Kart1 [health=33]');
    expect(lines).toContainEqual(
      expect.stringMatching(/^sync #\d+ World\/Kart0 \[position=Vector3\(.+\)\]; World\/Kart1 /),
    );
  });

  it('keeps names of what a peer spawned, which is not there yet when its packet comes', () => {
    const arena = new SmallArena({ karts: 0 }).begin();
    const { api, peer } = arena.clients[0]!;
    const recording = recordPackets(peer, { multiplayer: api, clock: arena.clock });
    arena.server.spawner.add('kart', (kart) => {
      kart.name = 'Late';
    });
    arena.frames(10);
    const lines = linesOf(recording.toText());
    expect(lines).toContainEqual(
      expect.stringMatching(/^spawn World\/Late by scene 0, net 1, syncs \[2\], state \[Vector3/),
    );
    expect(lines).toContainEqual(expect.stringMatching(/^sync #\d+ World\/Late \[position=/));
  });

  it('reads what scenewire peers say beyond Godot: questions, answers, lists of methods', async () => {
    const arena = new SmallArena({ karts: 0 }).begin();
    // Without a source of names it knows what the packets tell.
    const recording = recordPackets(arena.server.peer, { clock: arena.clock });
    const answer = arena.clients[0]!.game.ask(1).price('hat');
    arena.frames(10);
    await answer;
    arena.frames(10);
    const lines = recording.decode().map(({ content }) => showContent(content));
    expect(lines).toContain('list [emote, hit, price]');
    expect(lines).toContain('ask #1 Game.price("hat")');
    expect(lines).toContain('answer #1 7');
  });

  it('names what is relayed after who said it, at the server and at the other end', () => {
    const room = new SceneRoom();
    const [server, two, three] = room.join([2, 3]);
    const recordings = [server!, two!, three!].map(({ api, peer }) =>
      recordPackets(peer, { multiplayer: api, clock: room.clock }),
    );
    for (const side of room.sides) side.tree.rpcConfig(side.game, 'wave', { rpc_mode: 1 });
    Object.assign(MemoryNode.prototype, { wave() {} });
    three!.tree.rpcId(three!.game, 2, 'wave', 5);
    room.polls(4);
    Reflect.deleteProperty(MemoryNode.prototype, 'wave');
    const [atServer, atTwo, atThree] = recordings.map((recording) => linesOf(recording.toText()));
    expect(atThree).toContain('relay 2 { call Game.wave(5) }');
    expect(atServer).toContain('relay 2 { call Game.wave(5) }');
    expect(atServer).toContain('relay 3 { call Game.wave(5) }');
    expect(atTwo).toContain('relay 3 { call Game.wave(5) }');
    expect(recordings[1]?.decode().find(({ content }) => content.kind === 'relay')?.speaker).toBe(3);
  });

  it('takes no more memory than it may, and says what it let go', () => {
    const arena = new SmallArena({ karts: 20 }).begin();
    const recording = recordPackets(arena.server.peer, { clock: arena.clock, maxBytes: 10_000, maxPacketBytes: 100 });
    arena.seconds(3);
    const { packets, dropped } = recording;
    expect(packets.length + dropped).toBeGreaterThan(150);
    expect(packets.reduce((sum, { bytes }) => sum + bytes.length, 0)).toBeLessThanOrEqual(10_000);
    expect(packets.at(-1)?.size).toBeGreaterThan(400);
    expect(packets.at(-1)?.bytes.length).toBe(100);
    const read = readRecording(recording.toText());
    expect(read.dropped).toBe(dropped);
    expect(read.packets.at(-1)).toEqual({ ...packets.at(-1), timeMs: expect.closeTo(packets.at(-1)!.timeMs, 2) });
    expect(showContent(recording.decode().at(-1)!.content)).toBe('malformed: only its beginning was recorded');
  });

  it('hears what was sent and nothing else, beside others, and leaves nothing behind', () => {
    const arena = new SmallArena({ karts: 0 }).begin();
    const { peer } = arena.server;
    const own = Reflect.ownKeys(peer);
    const [one, other] = [recordPackets(peer), recordPackets(peer)];
    peer.setTargetPeer(99);
    setErrorHandler(() => {});
    peer.putPacket(new Uint8Array([3, 1]));
    setErrorHandler(null);
    peer.setTargetPeer(2);
    peer.putPacket(new Uint8Array([3, 2]));
    one.stop();
    one.stop();
    peer.putPacket(new Uint8Array([3, 3]));
    other.stop();
    peer.putPacket(new Uint8Array([3, 4]));
    const said = ({ packets }: typeof one): (readonly number[])[] => packets.map(({ peer, bytes }) => [peer, ...bytes]);
    expect(said(one)).toEqual([[2, 3, 2]]);
    expect(said(other)).toEqual([
      [2, 3, 2],
      [2, 3, 3],
    ]);
    expect(Reflect.ownKeys(peer)).toEqual(own);
  });

  it('is the same after it was written and read, twice', () => {
    const arena = new SmallArena({ karts: 3 }).begin();
    const recording = recordPackets(arena.server.peer, { multiplayer: arena.server.api, clock: arena.clock });
    arena.seconds(1);
    const text = recording.toText();
    expect(writeRecording(readRecording(text))).toBe(text);
  });
});

describe('PacketSummary', () => {
  it('adds up by kind, peer, object and method', () => {
    const arena = new SmallArena({ karts: 2 }).begin();
    const recording = recordPackets(arena.server.peer, { multiplayer: arena.server.api, clock: arena.clock });
    for (let left = 4; left > 0; left -= 1) arena.server.game.rpc.emote('hello');
    arena.frames(60);
    const summary = new PacketSummary();
    for (const packet of recording.decode()) summary.add(packet);
    expect(summary.kinds.get('call')?.packets).toBe(4);
    expect(summary.kinds.get('sync')?.packets).toBe(60);
    // Eight bytes of head and sixteen of values, sixty times.
    expect(summary.objects.get('World/Kart1')).toMatchObject({ bytes: 60 * 24 });
    expect(summary.methods.get('Game.emote')?.packets).toBe(4);
    expect(summary.toText()).toMatch(/by method:\n +\d+ B +4 × +\d+ B {2}Game\.emote/);
    expect(summary.received.packets).toBeLessThan(summary.sent.packets);
  });
});
