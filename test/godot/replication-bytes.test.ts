import { Vector2, Vector3 } from 'scenewire';
import { expect, it } from 'vitest';
import { openGodotRoom } from './support/godot-room.js';
import type { NodeGame } from './support/node-game.js';

const room = openGodotRoom();

/** The same deed on either side. */
type Deed = readonly [here: (game: NodeGame) => void, inGodot: string];

const ann = 'game.get_node("Players/Ann")';
const newItem = 'load("res://game/item.tscn").instantiate()';

const deeds: readonly Deed[] = [
  [
    ({ arena }) => arena.addPlayer('Ann', new Vector3(1, -2, 3.5), 'Ännchen'),
    'game.add_player("Ann", Vector3(1, -2, 3.5), "Ännchen")',
  ],
  [
    ({ arena }) => Object.assign(arena.player('Ann'), { position: new Vector3(7.25), rotation: new Vector3(0, 0.5) }),
    `${ann}.position = Vector3(7.25, 0, 0)\n${ann}.rotation.y = 0.5`,
  ],
  [({ arena }) => Object.assign(arena.player('Ann'), { health: 42 }), `${ann}.health = 42`],
  [
    ({ arena }) => Object.assign(arena.world, { weather: 'stormy', wind: new Vector2(1, 0.1) }),
    'game.get_node("World").weather = "stormy"\ngame.get_node("World").wind = Vector2(1, 0.1)',
  ],
  [({ arena }) => arena.addItem(arena.players, 'cup'), `game.get_node("Players").add_child(${newItem}, true)`],
  [
    ({ arena }) => {
      for (const data of [{ name: 'Shot', from: new Vector3(1, 2, 3) }, [1, 'two', 0.1], null]) {
        arena.shotSpawner.spawn(data);
      }
    },
    `for data in [{"name": "Shot", "from": Vector3(1, 2, 3)}, [1, "two", 0.1], null]:
	game.get_node("ShotSpawner").spawn(data)`,
  ],
  [({ arena }) => arena.player('Ann').rpc.hit(3), `${ann}.hit.rpc(3)`],
  [
    ({ arena }) => {
      for (const sync of [arena.player('Ann').sync, arena.player('Ann').inputSync]) sync.publicVisibility = false;
    },
    `for sync in ["Sync", "InputSync"]:\n\t${ann}.get_node(sync).public_visibility = false`,
  ],
  [
    ({ arena }) => Object.assign(arena.player('Ann').sync, { publicVisibility: true }),
    `${ann}.get_node("Sync").public_visibility = true`,
  ],
  [({ arena }) => arena.addItem(arena.player('Ann').bag, 'cup'), `${ann}.get_node("Bag").add_child(${newItem}, true)`],
  [({ arena }) => arena.addPlayer('Bob'), 'game.add_player("Bob")'],
  [
    ({ tree, arena }) => tree.free(tree.nodeOf(arena.player('Ann')) as object),
    `game.get_node("Players").remove_child(${ann})`,
  ],
  [({ arena }) => Object.assign(arena.world, { turn: 1 }), 'game.get_node("World").turn = 1'],
];

/** What the server put on the line for each deed. */
async function packetsOf(server: 'node' | 'godot'): Promise<string[][]> {
  const { game, peer } = await room.meetOnPair(server === 'node' ? 1 : 2);
  const arrived: string[] = [];
  peer.onPacket = (packet) => arrived.push(packet);
  const sent = server === 'node' ? peer.sent : arrived;
  await room.quiet();
  const all: string[][] = [];
  for (const [here, inGodot] of deeds) {
    sent.length = 0;
    if (server === 'node') here(game);
    else await room.run(inGodot);
    await room.quiet();
    all.push(lasting(sent));
  }
  return all;
}

/** A state goes out again with every frame, under another time: what counts is what the last one says. */
function lasting(packets: readonly string[]): string[] {
  const states = packets.filter((packet) => packet.startsWith('0 0 06'));
  const last = states.at(-1)?.replace(/(?<=^0 0 06)\w{4}/, '....');
  return [...packets.filter((packet) => !packet.startsWith('0 0 06')), ...(last === undefined ? [] : [last])];
}

it('R-139 R-145 R-153 R-155 the packets of spawning and synchronizing are those of Godot, byte for byte', async () => {
  const ofGodot = await packetsOf('godot');
  await room.end();
  await room.begin();
  const ofNode = await packetsOf('node');
  expect(ofNode).toEqual(ofGodot);
  expect(ofGodot.flat().length).toBeGreaterThan(deeds.length);
});
