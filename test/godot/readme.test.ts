import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryNode, replicate, spawnInto, Vector3, WebSocketMultiplayerPeer } from 'scenewire';
import { createHeadless } from 'scenewire/headless';
import { LobbyServer } from 'scenewire/lobby-server';
import { afterEach, expect, it } from 'vitest';
import { inRoot } from '../../scripts/lib/paths.js';
import { Program } from '../front-door/support/program.js';
import { Chapter } from '../front-door/support/readme.js';

const PROJECT = `config_version=5
[application]
config/name="garden"
run/main_scene="res://main.tscn"
config/features=PackedStringArray("4.6")
[autoload]
Probe="*res://probe.gd"
[debug]
file_logging/enable_file_logging.pc=false
`;
const SCENE = `[gd_scene load_steps=2 format=3]
[ext_resource type="Script" path="res://main.gd" id="1"]
[node name="Main" type="Node3D"]
script = ExtResource("1")
`;
/** Moves the mouse once there is a box of its own, and says where the others' boxes are. */
const PROBE = `extends Node
func _process(_delta: float) -> void:
	var players := get_node_or_null("/root/Main/Players")
	if players == null:
		return
	for player in players.get_children():
		if player is Node3D:
			print("%s at %s" % [player.name, player.position])
	var event := InputEventMouseMotion.new()
	event.position = get_viewport().get_visible_rect().size * 0.75
	Input.parse_input_event(event)
`;

class Player extends MemoryNode {
  position = new Vector3();
}

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** A player of this process, who comes in by WebSocket as Godot does. */
function enter(): { readonly boxes: () => readonly Player[]; readonly id: () => number } {
  const net = createHeadless({ hz: 30, keepAlive: false });
  const room = new MemoryNode('Players');
  net.tree.getRoot().addChild(room);
  const spawn = (id: unknown): Player => {
    const player = new Player(`player${id}`);
    replicate(player, { position: 'always' }, { authority: Number(id) });
    return player;
  };
  spawnInto(room, {}, { spawn });
  const peer = new WebSocketMultiplayerPeer();
  peer.createClient('ws://127.0.0.1:9081');
  net.multiplayer.multiplayerPeer = peer;
  ends.push(() => net.close());
  return { boxes: () => room.children.filter((child) => child instanceof Player), id: () => peer.getUniqueId() };
}

it("the README's Godot meets its dedicated server, and the box of each moves at the other", async () => {
  const lobby = new LobbyServer({ port: 9080, host: '127.0.0.1', log: () => {} });
  ends.push(() => lobby.close());
  await lobby.listen();

  mkdirSync(inRoot('.cache'), { recursive: true });
  const serverFolder = mkdtempSync(inRoot('.cache/readme-server-'));
  ends.push(() => rmSync(serverFolder, { recursive: true, force: true }));
  writeFileSync(join(serverFolder, 'server.ts'), new Chapter('A dedicated server in Node').code('ts'));
  const server = new Program(`exec node --import tsx ${join(serverFolder, 'server.ts')}`, { cwd: inRoot('') });
  ends.push(() => server.stop());
  await server.says(/The garden is open/);

  const project = mkdtempSync(join(tmpdir(), 'scenewire-readme-godot-'));
  ends.push(() => rmSync(project, { recursive: true, force: true }));
  const files = { 'project.godot': PROJECT, 'main.tscn': SCENE, 'probe.gd': PROBE };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(project, name), text);
  writeFileSync(join(project, 'main.gd'), new Chapter('Godot').code('gdscript'));
  const own = { HOME: project, XDG_DATA_HOME: project, XDG_CONFIG_HOME: project, XDG_CACHE_HOME: project };
  const godot = new Program(`exec ${process.env.SCENEWIRE_GODOT} --headless --path ${project}`, {
    cwd: project,
    env: own,
  });
  ends.push(() => godot.stop());
  const here = enter();

  // Three quarters of the way to the right and down, in Godot's own window.
  const place = (): string =>
    here
      .boxes()
      .map(({ name, position: { x, y, z } }) => `${name}: ${x} ${y} ${z}`)
      .join();
  await expect.poll(place, { timeout: 60_000 }).toMatch(/player\d+: 2 -2 0/);
  const mine = here.boxes().find(({ name }) => name === `player${here.id()}`);
  if (mine !== undefined) mine.position = new Vector3(1, 2, 3);
  await godot.says(new RegExp(`player${here.id()} at \\(1\\.0, 2\\.0, 3\\.0\\)`));
  expect(godot.output).not.toMatch(/ERROR/);
}, 120_000);
