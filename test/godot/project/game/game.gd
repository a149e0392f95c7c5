extends Node
## The test game: a node for each thing that travels.

## What happens, as a line of text.
signal told(line: String)

func _ready() -> void:
	for spawner: MultiplayerSpawner in [$PlayerSpawner, $ShotSpawner]:
		spawner.spawned.connect(func(node: Node) -> void: told.emit("spawned %s" % get_path_to(node)))
		spawner.despawned.connect(func(node: Node) -> void: told.emit("despawned %s" % node.name))

## Lets nobody in who does not send this password, and sends it to everybody who asks.
func guard(password: String) -> void:
	var session: SceneMultiplayer = multiplayer
	session.auth_callback = func(id: int, data: PackedByteArray) -> void:
		told.emit("auth %s" % data.get_string_from_utf8())
		if data.get_string_from_utf8() == password:
			session.complete_auth(id)
		else:
			session.disconnect_peer(id)
	session.peer_authenticating.connect(func(id: int) -> void:
		session.send_auth(id, password.to_utf8_buffer()))

## A player at the server, and with that at everybody who may see it.
func add_player(player_name: String, place := Vector3.ZERO, nick := "") -> Node:
	var player: Node = load("res://game/player.tscn").instantiate()
	player.name = player_name
	player.position = place
	player.nick = nick
	$Players.add_child(player)
	return player

## A call that arrived: "Calls by_anyone(1, 2) from 7".
func tell_call(node: Node, method: String, args: Array) -> void:
	var list := ", ".join(args.map(func(arg: Variant) -> String: return var_to_str(arg)))
	told.emit("%s %s(%s) from %d" % [get_path_to(node), method, list, multiplayer.get_remote_sender_id()])
