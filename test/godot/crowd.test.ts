import { Vector3 } from 'scenewire';
import { expect, it } from 'vitest';
import { openGodotRoom } from './support/godot-room.js';

const room = openGodotRoom();
const COUNT = 200;
const FRAMES = 60;

/** Every player's name, place and health in Godot, sorted by name. */
const CROWD = `JSON.stringify(game.get_node("Players").get_children().map(
	func(p): return [str(p.name), p.position.x, p.position.y, p.position.z, p.health]))`;
type Row = readonly [name: string, x: number, y: number, z: number, health: number];
const sorted = (rows: readonly Row[]): Row[] => [...rows].sort(([a], [b]) => (a < b ? -1 : 1));

const crowdInGodot = async (): Promise<Row[]> => sorted(JSON.parse(JSON.parse(await room.run(`return ${CROWD}`))));

it('R-162 Godot joins a crowd of Node that moves, comes and goes, and ends with what Node has', async () => {
  const { game, url } = room.serveGame();
  game.frame();
  for (let i = 0; i < COUNT; i += 1) game.arena.addPlayer(`P${i}`, new Vector3(i), `nick ${i}`);
  let frame = 0;
  room.eachFrame(() => {
    frame += 1;
    if (frame > FRAMES) return;
    for (const [i, node] of [...game.arena.players.children].entries()) {
      const player = game.arena.player(node.name);
      player.position.z = frame + i / 4;
      if ((i + frame) % 9 === 0) player.health -= 1;
    }
    game.tree.free(game.arena.players.children[frame] as object);
    game.arena.addPlayer(`New${frame}`, new Vector3(0, frame));
  });
  await room.run(`control.join("${url}")`);
  await room.until(() => frame > FRAMES);
  const here = sorted(
    game.arena.players.children.map(({ name }) => {
      const { position, health } = game.arena.player(name);
      return [name, position.x, position.y, position.z, health];
    }),
  );
  expect(here).toHaveLength(COUNT);
  let there: Row[] = [];
  for (let tries = 0; tries < 100 && JSON.stringify(there) !== JSON.stringify(here); tries += 1) {
    await room.quiet();
    there = await crowdInGodot();
  }
  expect(there).toEqual(here);
});

it('R-162 Node joins a crowd of Godot that moves, comes and goes, and ends with what Godot has', async () => {
  const port = await room.run('return control.serve()');
  // Runs while Node joins; the answer comes when it is over.
  const moving = room.run(`for i in ${COUNT}:
	game.add_player("P%d" % i, Vector3(i, 0, 0), "nick %d" % i)
for frame in ${FRAMES}:
	await get_tree().process_frame
	for player in game.get_node("Players").get_children():
		player.position.z = frame + player.get_index() / 4.0
		if (player.get_index() + frame) % 9 == 0:
			player.health -= 1
	game.get_node("Players").get_child(frame).free()
	game.add_player("New%d" % frame, Vector3(0, frame, 0))`);
  const game = room.joinGame(`ws://127.0.0.1:${port}`);
  await room.heard('node connected_to_server');
  let isOver = false;
  const over = moving.finally(() => {
    isOver = true;
  });
  await Promise.all([over, room.until(() => isOver)]);
  const there = await crowdInGodot();
  expect(there).toHaveLength(COUNT);
  await room.reads(
    () =>
      sorted(
        game.arena.players.children.map(({ name }) => {
          const { position, health } = game.arena.player(name);
          return [name, position.x, position.y, position.z, health];
        }),
      ),
    there,
  );
});
