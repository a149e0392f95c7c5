import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MemoryNode, MultiplayerPeer, Vector3 } from 'scenewire';
import type { HeadlessNetwork } from 'scenewire/headless';
import { afterEach, expect, it, vi } from 'vitest';
import { inRoot } from '../../scripts/lib/paths.js';
import { Program } from '../front-door/support/program.js';

/** What the page leaves to the editor. */
const EDITOR = {
  'project.godot': `config_version=5
[application]
config/name="same"
run/main_scene="res://world.tscn"
config/features=PackedStringArray("4.6")
[debug]
file_logging/enable_file_logging.pc=false
`,
  'world.tscn': `[gd_scene load_steps=2 format=3]
[ext_resource type="Script" path="res://world.gd" id="1"]
[node name="World" type="Node"]
script = ExtResource("1")
[node name="MultiplayerSpawner" type="MultiplayerSpawner" parent="."]
spawn_path = NodePath("..")
`,
  'player.tscn': `[gd_scene load_steps=3 format=3]
[ext_resource type="Script" path="res://player.gd" id="1"]
[sub_resource type="SceneReplicationConfig" id="1"]
properties/0/path = NodePath(".:position")
properties/0/spawn = true
properties/0/replication_mode = 1
[node name="Player" type="Node3D"]
script = ExtResource("1")
[node name="MultiplayerSynchronizer" type="MultiplayerSynchronizer" parent="."]
replication_config = SubResource("1")
`,
};
/** Moves the own player, which waves; says where the others are, and when it serves. */
const PROBE = `
func _process(_delta: float) -> void:
	if multiplayer.is_server():
		print("serves")
	for player in get_children():
		if player is Node3D:
			print("%s at %s" % [player.name, player.position])
			if player.is_multiplayer_authority():
				player.position = Vector3(1, 2, 3)
				player.wave.rpc(4)
`;

interface Game {
  readonly net: HeadlessNetwork;
  readonly world: MemoryNode;
  readonly peer: MultiplayerPeer;
}

const ends: (() => unknown)[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  for (const end of ends.splice(0).reverse()) await end();
});

const folderIn = (parent: string): string => {
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, 'coming-from-godot-'));
  ends.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

function blocks(language: string): [string, string] {
  const page = readFileSync(inRoot('docs/coming-from-godot.md'), 'utf8');
  const [first, second] = [...page.matchAll(/^```(\w+)[^\n]*\n(.*?)^```$/gms)].filter(([, name]) => name === language);
  return [first?.[2] ?? '', second?.[2] ?? ''];
}

/** As the page says: joins instead of serving, and without the last line. */
const joining = (code: string, serve: string, join: string): string =>
  code
    .replace(serve, join)
    .trimEnd()
    .replace(/\n[^\n]*peer_connected[^\n]*$/, '\n');

function startGodot(serves: boolean): Program {
  const project = folderIn(tmpdir());
  const [player, world] = blocks('gdscript');
  const own = serves ? world : joining(world, 'create_server(9080)', 'create_client("ws://127.0.0.1:9080")');
  const files = { ...EDITOR, 'player.gd': player, 'world.gd': own + PROBE };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(project, name), text);
  const env = { HOME: project, XDG_DATA_HOME: project, XDG_CONFIG_HOME: project, XDG_CACHE_HOME: project };
  const godot = new Program(`exec ${process.env.SCENEWIRE_GODOT} --headless --path ${project}`, { cwd: project, env });
  ends.push(() => godot.stop());
  return godot;
}

async function startNode(serves: boolean): Promise<Game> {
  const folder = folderIn(inRoot('.cache'));
  const [player, game] = blocks('ts');
  const own = serves ? game : joining(game, 'createServer(9080)', "createClient('ws://127.0.0.1:9080')");
  const withPlayer = own.replace(/^declare function makePlayer.*$/m, "import { makePlayer } from './player.js';");
  writeFileSync(join(folder, 'player.ts'), player);
  writeFileSync(join(folder, 'game.ts'), `${withPlayer}\nexport { net, world, peer };\n`);
  const started = (await import(join(folder, 'game.ts'))) as Game;
  ends.push(() => started.net.close());
  return started;
}

const placesIn = ({ world }: Game): string =>
  world.children
    .map((child) => [child.name, (child as MemoryNode & { position?: Vector3 }).position] as const)
    .map(([name, place]) => `${name} ${place?.x} ${place?.y} ${place?.z}`)
    .join();

it("the page's Godot comes to the page's server: its player is moved by it and waves there", async () => {
  const told = vi.spyOn(console, 'log').mockImplementation(() => {});
  const game = await startNode(true);
  const godot = startGodot(false);
  await expect.poll(() => placesIn(game), { timeout: 60_000 }).toMatch(/\d+ 1 2 3/);
  await expect.poll(() => String(told.mock.calls), { timeout: 60_000 }).toMatch(/\d+ waves 4 times/);
  expect(godot.output).not.toMatch(/ERROR/);
}, 150_000);

it("the page's game comes to the page's Godot: its player is moved by it there", async () => {
  const godot = startGodot(true);
  await godot.says(/serves/);
  const game = await startNode(false);
  const own = (): (MemoryNode & { position?: Vector3 }) | null => game.world.getChild(String(game.peer.getUniqueId()));
  await expect.poll(own, { timeout: 60_000 }).not.toBeNull();
  const { position } = own() ?? {};
  if (position !== undefined) Object.assign(position, { x: 4, y: 5, z: 6 });
  await godot.says(/\d+ at \(4\.0, 5\.0, 6\.0\)/);
  expect(godot.output).not.toMatch(/ERROR/);
}, 150_000);
