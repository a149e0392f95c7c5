import { Vector2, Vector3 } from 'scenewire';
import { describe, expect, it } from 'vitest';
import { openGodotRoom } from './support/godot-room.js';
import type { NodeGame } from './support/node-game.js';

const room = openGodotRoom();

const player = (name: string): string => `game.get_node("Players/${name}")`;
const children = (path: string): string =>
  `game.get_node("${path}").get_children().map(func(child): return str(child.name))`;

/** The names of what is below a node of ours. */
const namesBelow = (game: NodeGame, path: string): string[] =>
  game.tree.getChildren(game.tree.getNode(`/root/Game/${path}`) as object).map((child) => game.tree.getName(child));

describe('what Node spawns', () => {
  it('R-160 appears in Godot with its values', async () => {
    const { game } = await room.meet('node');
    const ann = game.arena.addPlayer('Ann', new Vector3(1, -2, 3.5), 'Ännchen');
    await room.told('spawned Players/Ann');
    expect(await room.run(`var p = ${player('Ann')}\nreturn [p.position, p.nick, p.health, p.get_class()]`)).toBe(
      '[Vector3(1, -2, 3.5), "Ännchen", 100, "Node3D"]',
    );
    game.tree.free(game.nodeOf(ann));
    await room.told('despawned Ann');
    expect(await room.run(`return ${children('Players')}`)).toBe('[]');
  });

  it('R-153 goes on to be what it is here', async () => {
    const { game } = await room.meet('node');
    const ann = game.arena.addPlayer('Ann');
    await room.told('spawned Players/Ann');
    ann.position.x = 7.25;
    ann.rotation.y = 1.5;
    await room.becomes(
      `[${player('Ann')}.position, ${player('Ann')}.rotation]`,
      '[Vector3(7.25, 0, 0), Vector3(0, 1.5, 0)]',
    );
    ann.health = 42;
    await room.becomes(`${player('Ann')}.health`, '42');
    ann.nick = 'never sent again';
    await room.quiet();
    expect(await room.run(`return ${player('Ann')}.nick`)).toBe('""');
  });

  it('R-161 with a function and data', async () => {
    const { game } = await room.meet('node');
    game.arena.shotSpawner.spawn({ name: 'Shot', from: new Vector3(1, 2, 3) });
    game.arena.shotSpawner.spawn([1, 'two']);
    game.arena.shotSpawner.spawn();
    await room.becomes(children('Shots'), '["Shot", "Node3D", "Node3D2"]');
    expect(
      await room.run('return game.get_node("Shots").get_children().map(func(s): return [s.position, s.data])'),
    ).toBe(
      '[[Vector3(1, 2, 3), {\n"from": Vector3(1, 2, 3),\n"name": "Shot"\n}], [Vector3(0, 0, 0), [1, "two"]], [Vector3(0, 0, 0), null]]',
    );
  });

  it('has children that are spawned, and calls that arrive at both ends', async () => {
    const { game, godot } = await room.meet('node');
    const ann = game.arena.addPlayer('Ann');
    const [sword, cup] = [game.arena.addItem(ann.bag, 'sword'), game.arena.addItem(ann.bag, 'cup')];
    await room.becomes(children('Players/Ann/Bag'), '["Item", "Item2"]');
    game.tree.free(sword);
    await room.becomes(children('Players/Ann/Bag'), '["Item2"]');
    expect(cup.name).toBe('Item2');
    ann.rpc.hit(5);
    await room.told('Players/Ann hit(5) from 1');
    await room.run(`${player('Ann')}.hit.rpc_id(1, 6)`);
    await room.heard(`node Ann hit(6) from ${godot}`);
    expect(ann.health).toBe(94);
  });

  it('R-162 is all there for a Godot that joins later, as it is by then', async () => {
    const { game, url } = room.serveGame();
    game.frame();
    const [ann, bob, cyd] = ['Ann', 'Bob', 'Cyd'].map((name, i) => game.arena.addPlayer(name, new Vector3(i), name));
    game.arena.addItem(ann!.bag, 'cup');
    game.arena.shotSpawner.spawn({ name: 'Shot', from: new Vector3(9) });
    game.tree.free(game.nodeOf(bob!));
    cyd!.health = 5;
    cyd!.position.x = 50;
    await room.run(`control.join("${url}")`);
    await room.told('spawned Shots/Shot');
    expect(room.godot.log.filter((line) => line.startsWith('spawned'))).toEqual([
      'spawned Players/Ann',
      'spawned Players/Cyd',
      'spawned Shots/Shot',
    ]);
    expect(
      await room.run(
        `return [${player('Cyd')}.health, ${player('Cyd')}.position, ${player('Cyd')}.nick, ${children('Players/Ann/Bag')}]`,
      ),
    ).toBe('[5, Vector3(50, 0, 0), "Cyd", ["Item"]]');
  });

  it('R-166 is there only for those who may see it', async () => {
    const { game, godot } = await room.meet('node');
    const ann = game.arena.addPlayer('Ann');
    await room.told('spawned Players/Ann');
    ann.sync.publicVisibility = false;
    ann.inputSync.publicVisibility = false;
    await room.told('despawned Ann');
    ann.health = 3;
    await room.quiet();
    expect(await room.run(`return ${children('Players')}`)).toBe('[]');
    room.godot.log.length = 0;
    ann.sync.setVisibilityFor(godot, true);
    await room.told('spawned Players/Ann');
    expect(await room.run(`return ${player('Ann')}.health`)).toBe('3');
    let sees = true;
    ann.sync.addVisibilityFilter((peer) => sees || peer !== godot);
    await room.quiet();
    expect(room.godot.log).not.toContain('despawned Ann');
    sees = false;
    await room.told('despawned Ann');
  });

  it('R-166 comes back with what is inside of it', async () => {
    const { game } = await room.meet('node');
    const ann = game.arena.addPlayer('Ann');
    game.arena.addItem(ann.bag, 'cup');
    await room.becomes(children('Players/Ann/Bag'), '["Item"]');
    for (const sync of [ann.sync, ann.inputSync]) sync.publicVisibility = false;
    await room.becomes(children('Players'), '[]');
    game.arena.addItem(ann.bag, 'found while hidden');
    await room.quiet();
    ann.sync.publicVisibility = true;
    await room.becomes(children('Players'), '["Ann"]');
    // A Godot server would forget the first, and tell of the second too early.
    await room.becomes(children('Players/Ann/Bag'), '["Item", "Item2"]');
  });

  it('R-165 goes with its spawner', async () => {
    const { game } = await room.meet('node');
    game.arena.addPlayer('Ann');
    await room.told('spawned Players/Ann');
    game.tree.detach(game.arena.playerSpawner);
    await room.told('despawned Ann');
  });

  it('R-164 goes when Node goes', async () => {
    const { game } = await room.meet('node');
    game.arena.addPlayer('Ann');
    await room.told('spawned Players/Ann');
    game.api.multiplayerPeer?.close();
    await room.told('server_disconnected');
    await room.becomes(children('Players'), '[]');
  });
});

describe('what Godot spawns', () => {
  it('R-160 appears in Node with its values', async () => {
    const { game } = await room.meet('godot');
    await room.run('game.add_player("Ann", Vector3(1, -2, 3.5), "Ännchen").rotation.y = 0.5');
    await room.heard('node spawned Players/Ann');
    const ann = game.arena.player('Ann');
    expect([ann.position, ann.nick, ann.health]).toEqual([new Vector3(1, -2, 3.5), 'Ännchen', 100]);
    await room.reads(() => ann.rotation.y, 0.5);
    await room.run(`${player('Ann')}.queue_free()`);
    await room.heard('node despawned Ann');
    expect(namesBelow(game, 'Players')).toEqual([]);
  });

  it('R-153 R-157 goes on to be what it is there', async () => {
    const { game } = await room.meet('godot');
    await room.run('game.add_player("Ann")');
    await room.heard('node spawned Players/Ann');
    const ann = game.arena.player('Ann');
    const { position } = ann;
    ann.sync.synchronized.connect(() => room.log.push(`state ${ann.position.x}`));
    ann.sync.delta_synchronized.connect(() => room.log.push(`changes ${ann.health}`));
    await room.run(`${player('Ann')}.position.x = 7.25`);
    await room.heard('state 7.25');
    await room.run(`${player('Ann')}.health = 42`);
    await room.heard('changes 42');
    // The object was filled, not replaced: whoever holds it sees the change.
    expect(position.x).toBe(7.25);
    await room.run(`${player('Ann')}.nick = "never sent again"`);
    await room.quiet();
    expect(ann.nick).toBe('');
  });

  it('R-161 with a function and data', async () => {
    const { game } = await room.meet('godot');
    await room.run(`var spawner = game.get_node("ShotSpawner")
spawner.spawn({"name": "Shot", "from": Vector3(1, 2, 3)})
spawner.spawn([1, "two"])
spawner.spawn()`);
    await room.reads(() => namesBelow(game, 'Shots'), ['Shot', 'Node3D', 'Node3D2']);
    const data = game.arena.shots.children.map((shot) => (game.tree.scriptOf(shot) as { data: unknown }).data);
    expect(data).toEqual([
      new Map<string, unknown>([
        ['name', 'Shot'],
        ['from', new Vector3(1, 2, 3)],
      ]),
      [1, 'two'],
      null,
    ]);
  });

  it('has children that are spawned, and calls that arrive at both ends', async () => {
    const { game, node } = await room.meet('godot');
    await room.run(
      `game.add_player("Ann")\nfor i in 2:\n\t${player('Ann')}.get_node("Bag").add_child(load("res://game/item.tscn").instantiate(), true)`,
    );
    await room.reads(() => namesBelow(game, 'Players/Ann/Bag'), ['Item', 'Item2']);
    await room.run(`${player('Ann')}.get_node("Bag/Item").queue_free()`);
    await room.reads(() => namesBelow(game, 'Players/Ann/Bag'), ['Item2']);
    const ann = game.arena.player('Ann');
    ann.rpcTo(1).hit(5);
    await room.told(`Players/Ann hit(5) from ${node}`);
    await room.run(`${player('Ann')}.hit.rpc(6)`);
    await room.heard('node Ann hit(6) from 1');
  });

  it('R-162 is all there for a Node that joins later, as it is by then', async () => {
    const port = await room.run('return control.serve()');
    await room.run(`var ann = game.add_player("Ann", Vector3.ZERO, "Ann")
game.add_player("Bob", Vector3.ONE, "Bob")
game.add_player("Cyd", Vector3.UP, "Cyd")
ann.get_node("Bag").add_child(load("res://game/item.tscn").instantiate(), true)
game.get_node("ShotSpawner").spawn({"name": "Shot", "from": Vector3.ONE})
${player('Bob')}.free()
${player('Cyd')}.health = 5
${player('Cyd')}.position.x = 50`);
    const game = room.joinGame(`ws://127.0.0.1:${port}`);
    await room.heard('node spawned Shots/Shot');
    expect(room.log.filter((line) => line.includes('spawned'))).toEqual([
      'node spawned Players/Ann',
      'node spawned Players/Cyd',
      'node spawned Shots/Shot',
    ]);
    const cyd = game.arena.player('Cyd');
    expect([cyd.health, cyd.position, cyd.nick]).toEqual([5, new Vector3(50, 1, 0), 'Cyd']);
    expect(namesBelow(game, 'Players/Ann/Bag')).toEqual(['Item']);
  });

  it('R-166 is there only for those who may see it', async () => {
    const { game, node } = await room.meet('godot');
    await room.run('game.add_player("Ann")');
    await room.heard('node spawned Players/Ann');
    const sync = `${player('Ann')}.get_node("Sync")`;
    await room.run(
      `${sync}.public_visibility = false\n${player('Ann')}.get_node("InputSync").public_visibility = false`,
    );
    await room.heard('node despawned Ann');
    await room.run(`${player('Ann')}.health = 3`);
    await room.quiet();
    expect(namesBelow(game, 'Players')).toEqual([]);
    room.log.length = 0;
    await room.run(`${sync}.set_visibility_for(${node}, true)`);
    await room.heard('node spawned Players/Ann');
    expect(game.arena.player('Ann').health).toBe(3);
    await room.run(`${sync}.add_visibility_filter(func(peer): return peer != ${node})`);
    await room.heard('node despawned Ann');
  });

  it('R-164 goes when Godot goes', async () => {
    const { game } = await room.meet('godot');
    await room.run('game.add_player("Ann")');
    await room.heard('node spawned Players/Ann');
    await room.run('peer.close()');
    await room.heard('node server_disconnected');
    expect(namesBelow(game, 'Players')).toEqual([]);
  });
});

describe('what belongs to a client', () => {
  it('the input of a Godot player reaches Node', async () => {
    const { game, godot } = await room.meet('node');
    const mine = game.arena.addPlayer(String(godot));
    await room.told(`spawned Players/${godot}`);
    await room.run(`${player(String(godot))}.get_node("Input").aim = Vector2(0.5, -1)`);
    await room.reads(() => mine.input.aim, new Vector2(0.5, -1));
  });

  it('the input of a Node player reaches Godot', async () => {
    const { game, node } = await room.meet('godot');
    await room.run(`game.add_player("${node}")`);
    await room.heard(`node spawned Players/${node}`);
    game.arena.player(String(node)).input.aim = new Vector2(0.5, -1);
    await room.becomes(`${player(String(node))}.get_node("Input").aim`, 'Vector2(0.5, -1)');
  });

  it('R-164 what a Node client spawned goes with it', async () => {
    const { game, node } = await room.meet('godot');
    game.arena.shotSpawner.setMultiplayerAuthority(node);
    await room.run(`game.get_node("ShotSpawner").set_multiplayer_authority(${node})`);
    game.arena.shotSpawner.spawn({ name: 'Mine', from: new Vector3() });
    await room.told('spawned Shots/Mine');
    game.api.multiplayerPeer?.close();
    await room.becomes(children('Shots'), '[]');
  });

  it('R-164 what a Godot client spawned goes with it', async () => {
    const { game, godot } = await room.meet('node');
    game.arena.shotSpawner.setMultiplayerAuthority(godot);
    await room.run(`game.get_node("ShotSpawner").set_multiplayer_authority(${godot})
game.get_node("ShotSpawner").spawn({"name": "Mine", "from": Vector3.ONE})`);
    await room.heard('node spawned Shots/Mine');
    await room.run('peer.close()');
    await room.reads(() => namesBelow(game, 'Shots'), []);
  });

  it('R-163 what a client spawns without the right to do so is refused', async () => {
    const { game, godot } = await room.meet('node');
    await room.run(`game.get_node("ShotSpawner").set_multiplayer_authority(${godot})
game.get_node("ShotSpawner").spawn({"name": "Forged", "from": Vector3.ONE})`);
    await room.quiet();
    expect(namesBelow(game, 'Shots')).toEqual([]);
    expect(room.takeReports()).not.toEqual([]);
    expect(game.api.getDropped(godot)).toMatchObject({ 'not-permitted': 1 });
  });
});

describe('a synchronizer that was there from the beginning', () => {
  it('follows Node', async () => {
    const { game } = await room.meet('node');
    game.arena.world.wind = new Vector2(1.5, 2);
    game.arena.world.weather = 'stormy';
    game.arena.world.turn = 7;
    const world = 'game.get_node("World")';
    await room.becomes(`[${world}.wind, ${world}.weather, ${world}.turn]`, '[Vector2(1.5, 2), "stormy", 7]');
  });

  it('follows Godot', async () => {
    const { game } = await room.meet('godot');
    await room.run('var w = game.get_node("World")\nw.wind = Vector2(1.5, 2)\nw.weather = "stormy"\nw.turn = 7');
    const { world } = game.arena;
    await room.reads(() => [world.wind, world.weather, world.turn], [new Vector2(1.5, 2), 'stormy', 7]);
  });

  it('R-159 follows the authority from one side to the other and back', async () => {
    const { game, node } = await room.meet('godot');
    const setAuthority = async (id: number): Promise<void> => {
      game.arena.worldSync.setMultiplayerAuthority(id);
      await room.run(`game.get_node("World/WorldSync").set_multiplayer_authority(${id})`);
    };
    await setAuthority(node);
    game.arena.world.turn = 3;
    await room.becomes('game.get_node("World").turn', '3');
    await setAuthority(1);
    await room.run('game.get_node("World").turn = 4');
    await room.reads(() => game.arena.world.turn, 4);
    await setAuthority(node);
    game.arena.world.turn = 5;
    await room.becomes('game.get_node("World").turn', '5');
    // What was under way when the authority changed is dropped, on either side.
    room.takeErrors();
    room.takeReports();
  });
});
