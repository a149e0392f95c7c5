import { Err, Vector3 } from 'scenewire';
import { describe, expect, it } from 'vitest';
import { openLobbyRoom } from './support/lobby-room.js';

const lobby = openLobbyRoom();
const { room } = lobby;
const PATIENT = { timeout: 30_000 };
const COUNT = 200;

/** Every player's name and place in Godot, sorted by name. */
const CROWD = `JSON.stringify(game.get_node("Players").get_children().map(
	func(p): return [str(p.name), p.position.x, p.position.z]))`;
type Row = readonly [name: string, x: number, z: number];
const sorted = (rows: readonly Row[]): Row[] => [...rows].sort(([a], [b]) => (a < b ? -1 : 1));

describe('much at once over WebRTC', () => {
  it('a Godot that joins a crowd of Node has all of it', async () => {
    await lobby.serve();
    const { game, code } = await lobby.enterNode('', 'server');
    game.frame();
    for (let i = 0; i < COUNT; i += 1) game.arena.addPlayer(`P${i}`, new Vector3(i, 0, i / 4), `nick ${i}`);
    await lobby.enterGodot(code, 'server');
    const here = sorted(Array.from({ length: COUNT }, (_unused, i): Row => [`P${i}`, i, i / 4]));
    const there = async (): Promise<Row[]> => sorted(JSON.parse(JSON.parse(await room.run(`return ${CROWD}`))));
    await expect.poll(room.framed(there), PATIENT).toEqual(here);
  });

  it('a Node that joins a crowd of Godot has all of it', async () => {
    await lobby.serve();
    const { code } = await lobby.enterGodot('', 'server');
    await room.run(`for i in ${COUNT}:\n\tgame.add_player("P%d" % i, Vector3(i, 0, i / 4.0), "nick %d" % i)`);
    const { game } = await lobby.enterNode(code, 'server');
    const here = (): Row[] =>
      sorted(
        game.arena.players.children.map(({ name }): Row => {
          const { position } = game.arena.player(name);
          return [name, position.x, position.z];
        }),
      );
    await expect
      .poll(room.framed(here), PATIENT)
      .toEqual(sorted(Array.from({ length: COUNT }, (_unused, i): Row => [`P${i}`, i, i / 4])));
  });

  it('what Godot sends in one frame, twenty thousand packets and then 16 MB, arrives whole and in order', async () => {
    const { game, node } = await lobby.meet('node', 'server');
    const numbers: number[] = [];
    let bytes = 0;
    game.api.peer_packet.connect((_id, packet) => {
      if (packet.length === 4) numbers.push(Buffer.from(packet).readUInt32LE());
      else bytes += packet.length;
    });
    await room.run(`for i in 20000:
	var b := PackedByteArray()
	b.resize(4)
	b.encode_u32(0, i)
	api.send_bytes(b, ${node})
var large := PackedByteArray()
large.resize(160000)
for i in 100:
	api.send_bytes(large, ${node})`);
    await expect
      .poll(
        room.framed(() => bytes),
        PATIENT,
      )
      .toBe(16_000_000);
    expect(numbers).toEqual(Array.from({ length: 20_000 }, (_unused, i) => i));
  });

  it('what Node sends as fast as it may arrives whole and in order', async () => {
    const { game, godot } = await lobby.meet('node', 'server');
    const count = 150;
    const packet = new Uint8Array(40_000);
    let sent = 0;
    room.eachFrame(() => {
      for (; sent < count; sent += 1) {
        packet[0] = sent;
        if (game.api.sendBytes(packet, godot) !== Err.OK) return;
      }
    });
    const arrived = (): string[] => room.godot.log.filter((line) => line.startsWith('peer_packet '));
    await expect
      .poll(
        room.framed(() => arrived().length),
        PATIENT,
      )
      .toBe(count);
    const [first = ''] = arrived();
    for (const [i, line] of arrived().entries()) {
      expect(line.length).toBe(first.length);
      expect(line).toContain(`peer_packet 1 ${i.toString(16).padStart(2, '0')}0000`);
    }
  });
});
