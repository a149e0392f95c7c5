extends Node
## Lets a test in another process drive the game: it sends GDScript, one JSON text per line, and gets the result and
## everything that is told in the meantime.

const PairPeer := preload("res://pair_peer.gd")

## The game of this test; every test gets a fresh one.
var game: Node
var api: SceneMultiplayer:
	get:
		return multiplayer
var peer: MultiplayerPeer:
	get:
		return multiplayer.multiplayer_peer

## What the engine complains about reaches the test as well, in order with the rest.
class Complaints extends Logger:
	var sink: Callable

	func _log_error(_function: String, _file: String, _line: int, code: String, rationale: String, _notify: bool,
			type: int, _traces: Array[ScriptBacktrace]) -> void:
		if type != ERROR_TYPE_WARNING:
			sink.call_deferred({"error": rationale if rationale != "" else code})

var _complaints := Complaints.new()
var _stream := StreamPeerTCP.new()
var _unread := PackedByteArray()

func obey(port: int) -> void:
	_stream.connect_to_host("127.0.0.1", port)
	while _stream.get_status() == StreamPeerTCP.STATUS_CONNECTING:
		_stream.poll()
		await get_tree().process_frame
	_stream.set_no_delay(true)
	_complaints.sink = _send
	OS.add_logger(_complaints)
	_send({"version": Engine.get_version_info()["string"]})

func _process(_delta: float) -> void:
	_stream.poll()
	if _stream.get_status() == StreamPeerTCP.STATUS_CONNECTING:
		return
	if _stream.get_status() != StreamPeerTCP.STATUS_CONNECTED:
		# The test is over or has died.
		get_tree().quit()
		return
	_unread.append_array(_stream.get_data(_stream.get_available_bytes())[1])
	var end := _unread.find(10)
	while end >= 0:
		_answer(JSON.parse_string(_unread.slice(0, end).get_string_from_utf8()))
		_unread = _unread.slice(end + 1)
		end = _unread.find(10)

## A line for the test's log.
func tell(line: String) -> void:
	_send({"told": line})

## A fresh game without a connection: nothing of the test before is left.
func stage(scene := "game") -> void:
	if peer != null:
		peer.close()
	if game != null:
		game.free()
	get_tree().set_multiplayer(SceneMultiplayer.new())
	game = load("res://game/%s.tscn" % scene).instantiate()
	if game.has_signal("told"):
		game.told.connect(tell)
	get_tree().root.add_child(game)
	_tell_signals(api, [
		"peer_connected", "peer_disconnected", "connected_to_server", "connection_failed", "server_disconnected",
		"peer_authenticating", "peer_authentication_failed",
	])
	api.peer_packet.connect(func(id: int, packet: PackedByteArray) -> void:
		tell("peer_packet %d %s" % [id, packet.hex_encode()]))

## Serves on a free port and gives it.
func serve(settings := {}) -> int:
	var free := TCPServer.new()
	free.listen(0, "127.0.0.1")
	var port := free.get_local_port()
	free.stop()
	var server := _make_peer(settings)
	assert(server.create_server(port, "127.0.0.1") == OK)
	multiplayer.multiplayer_peer = server
	return port

func join(url: String, settings := {}) -> void:
	var client := _make_peer(settings)
	assert(client.create_client(url) == OK)
	multiplayer.multiplayer_peer = client

## Joins a peer of the test that keeps modes and channels. One of the two ids is 1.
func pair(port: int, id: int) -> void:
	var one := PairPeer.new()
	one.start(port, id)
	multiplayer.multiplayer_peer = one

func _make_peer(settings: Dictionary) -> WebSocketMultiplayerPeer:
	var made := WebSocketMultiplayerPeer.new()
	for setting: String in settings:
		made.set(setting, settings[setting])
	return made

func _tell_signals(object: Object, names: Array) -> void:
	for signal_name: String in names:
		object.connect(signal_name, func(...args: Array) -> void:
			tell(" ".join([signal_name] + args.map(func(arg: Variant) -> String: return str(arg)))))

func _answer(request: Dictionary) -> void:
	var script := GDScript.new()
	var lines: PackedStringArray = request["run"].split("\n")
	script.source_code = "extends Node\nvar control\nvar game\nvar api\nvar peer\nfunc run():\n\t%s\n" % "\n\t".join(lines)
	if script.reload() != OK:
		_send({"id": request["id"], "failed": "does not compile"})
		return
	var runner: Node = script.new()
	# In the tree, so that its code can use get_tree(), multiplayer and await.
	add_child(runner)
	runner.control = self
	runner.game = game
	runner.api = api
	runner.peer = peer
	@warning_ignore("redundant_await")
	var result: Variant = await runner.run()
	runner.queue_free()
	_send({"id": request["id"], "text": var_to_str(result)})

func _send(message: Dictionary) -> void:
	_stream.put_data((JSON.stringify(message) + "\n").to_utf8_buffer())
