import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { MemoryNode, replicate, spawnInto, Vector3 } from 'scenewire';
import { createHeadless } from 'scenewire/headless';
import { LobbySession } from 'scenewire/lobby';
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
[debug]
file_logging/enable_file_logging.pc=false
`;
const SCENE = `[gd_scene load_steps=3 format=3]
[ext_resource type="Script" path="res://main.gd" id="1"]
[ext_resource type="Script" path="res://room.gd" id="2"]
[node name="Main" type="Node3D"]
script = ExtResource("1")
[node name="Room" type="Node" parent="."]
script = ExtResource("2")
`;
/** What it is told, and where the boxes are. */
const PROBE = `
func _process(_delta: float) -> void:
	for player in $Players.get_children():
		if player is Node3D:
			print("%s at %s" % [player.name, player.position])
`;

class Player extends MemoryNode {
  position = new Vector3();
}

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** The blocks of GDScript in docs/godot.md: room.gd, and the line that enters. */
function blocksOfPage(): readonly string[] {
  const page = readFileSync(inRoot('docs/godot.md'), 'utf8');
  return [...page.matchAll(/^```gdscript\n(.*?)^```$/gms)].map(([, code = '']) => code);
}

/** Godot with the extension, the room.gd of the page, and the README's main.gd that enters a room instead. */
function startGodot(url: string): Program {
  const [room = '', entering = ''] = blocksOfPage();
  const main = new Chapter('Godot').code('gdscript');
  const byRoom = main.replace(
    /\tvar peer := WebSocketMultiplayerPeer.*?multiplayer_peer = peer\n/s,
    entering.replace('ws://localhost:9080', url),
  );
  expect(byRoom).toMatch(/^\t\$Room\.enter/m);
  const extension = process.env.SCENEWIRE_GODOT_WEBRTC ?? '';
  const project = mkdtempSync(join(tmpdir(), 'scenewire-docs-godot-'));
  ends.push(() => rmSync(project, { recursive: true, force: true }));
  mkdirSync(join(project, 'addons'));
  symlinkSync(dirname(extension), join(project, 'addons/webrtc_native'));
  const files = { 'project.godot': PROJECT, 'main.tscn': SCENE, 'main.gd': byRoom + PROBE, 'room.gd': room };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(project, name), text);
  mkdirSync(join(project, '.godot'));
  const known = `res://addons/webrtc_native/${basename(extension)}\n`;
  writeFileSync(join(project, '.godot/extension_list.cfg'), known);
  const env = { HOME: project, XDG_DATA_HOME: project, XDG_CONFIG_HOME: project, XDG_CACHE_HOME: project };
  const godot = new Program(`exec ${process.env.SCENEWIRE_GODOT} --headless --path ${project}`, { cwd: project, env });
  ends.push(() => godot.stop());
  return godot;
}

it("the page's room.gd brings the README's Godot into the garden of a Node host, by WebRTC", async () => {
  const lobby = new LobbyServer({ port: 0, host: '127.0.0.1', log: () => {} });
  ends.push(() => lobby.close());
  const url = `ws://127.0.0.1:${(await lobby.listen())!.port}`;
  const net = createHeadless({ hz: 30, keepAlive: false });
  ends.push(() => net.close());
  const boxes = new MemoryNode('Players');
  net.tree.getRoot().addChild(boxes);
  const spawner = spawnInto(
    boxes,
    {},
    {
      spawn: (id) => {
        const player = new Player(`player${id}`);
        replicate(player, { position: 'always' }, { authority: Number(id) });
        return player;
      },
    },
  );
  const session = new LobbySession(url);
  ends.push(() => session.close());
  await session.host({ name: 'garden' });
  net.multiplayer.multiplayerPeer = session.peer;
  net.multiplayer.peer_connected.connect((id) => spawner.spawn(id));
  const own = spawner.spawn(1) as Player;
  own.position = new Vector3(1, 2, 3);
  const godot = startGodot(url);
  await godot.says(/player1 at \(1\.0, 2\.0, 3\.0\)/);
  await godot.says(/player\d{2,} at \(0\.0, 0\.0, 0\.0\)/);
  expect(godot.output).not.toMatch(/ERROR/);
}, 120_000);
