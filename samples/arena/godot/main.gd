extends Control
## The first screen: joins a server of the arena by WebSocket, or, at ws://127.0.0.1:8080/lobby#CODE, a room of the lobby by
## WebRTC. On the command line, behind "--":
##   --server=ws://127.0.0.1:9081   join at once
##   --driver=Name                  as whom
##   --bot                          drive by itself
##   --report                       write down how the round ended, and quit with the server

const ArenaScene := preload("res://arena.tscn")
const Lobby := preload("res://lobby.gd")

var arena: Node3D
var lobby: Node

func _ready() -> void:
	$Card/Join.pressed.connect(join)
	multiplayer.connected_to_server.connect(_connected)
	multiplayer.connection_failed.connect(_leave.bind("The server could not be reached"))
	multiplayer.server_disconnected.connect(_leave.bind("The server has gone"))
	var server := _option("server")
	if not _option("driver").is_empty():
		$Card/Driver.text = _option("driver")
	if not server.is_empty():
		$Card/Address.text = server
		join.call_deferred()

func _process(_delta: float) -> void:
	var mine: Node3D = arena.own_kart() if arena != null else null
	$Scores.visible = arena != null
	$Health.visible = mine != null
	if arena != null:
		$Scores.text = "\n".join(arena.scores())
	if mine != null:
		$Health.text = "■ ".repeat(mine.health).strip_edges() if mine.health > 0 else "wrecked"

func join() -> void:
	# A child of the root, so that its path is that of the others: /root/Arena.
	arena = ArenaScene.instantiate()
	arena.drives_itself = _has("bot")
	arena.reports = _has("report")
	get_tree().root.add_child(arena)
	$Card/Status.text = "Connecting…"
	var address: PackedStringArray = $Card/Address.text.strip_edges().split("#")
	if address.size() > 1:
		_join_room(address[0], address[1])
		return
	var peer := WebSocketMultiplayerPeer.new()
	if peer.create_client(address[0]) == OK:
		multiplayer.multiplayer_peer = peer
	else:
		_leave("This is no address of a server")

func _join_room(lobby_address: String, code: String) -> void:
	if not Lobby.is_possible():
		_leave("A room needs Godot's WebRTC extension: godotengine/webrtc-native")
		return
	lobby = Lobby.new()
	lobby.entered.connect(func(peer: WebRTCMultiplayerPeer) -> void: multiplayer.multiplayer_peer = peer)
	lobby.failed.connect(_leave)
	add_child(lobby)
	lobby.enter(lobby_address, code)

func _connected() -> void:
	$Card.hide()
	arena.enter.rpc_id(1, $Card/Driver.text, randi_range(0, 7))

func _leave(why: String) -> void:
	# First of all: nodes ask the peer who they are until they are gone.
	multiplayer.multiplayer_peer = OfflineMultiplayerPeer.new()
	if _has("report"):
		print(why)
		get_tree().quit(0 if arena != null and arena.reported else 1)
		return
	if lobby != null:
		lobby.queue_free()
		lobby = null
	if arena != null:
		arena.queue_free()
		arena = null
	$Card.show()
	$Card/Status.text = why

func _option(name_: String) -> String:
	for argument in OS.get_cmdline_user_args():
		if argument.begins_with("--%s=" % name_):
			return argument.get_slice("=", 1)
	return ""

func _has(name_: String) -> bool:
	return OS.get_cmdline_user_args().has("--" + name_)
