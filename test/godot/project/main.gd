extends Node
## Starts the game by what stands behind "--" on the command line:
##   server [port]       a server, on 9080 unless told
##   client [url]        a client of ws://127.0.0.1:9080 unless told
##   control port        whatever a test says over that port

const TestControl := preload("res://control.gd")

func _ready() -> void:
	# The game is a child of the root, as in a game without this launcher: paths on the wire begin with "Game".
	await get_tree().process_frame
	var args := OS.get_cmdline_user_args()
	match args[0] if args.size() > 0 else "server":
		"server":
			play(func(peer): return peer.create_server((args[1] if args.size() > 1 else "9080").to_int()))
		"client":
			play(func(peer): return peer.create_client(args[1] if args.size() > 1 else "ws://127.0.0.1:9080"))
		"control":
			var control := TestControl.new()
			control.name = "Control"
			get_tree().root.add_child(control)
			control.obey(args[1].to_int())

func play(set_up: Callable) -> void:
	var game: Node = load("res://game/game.tscn").instantiate()
	get_tree().root.add_child(game)
	game.told.connect(func(line: String) -> void: print(line))
	var peer := WebSocketMultiplayerPeer.new()
	if set_up.call(peer) != OK:
		get_tree().quit(1)
	multiplayer.multiplayer_peer = peer
	multiplayer.peer_connected.connect(func(id: int) -> void:
		print("peer_connected ", id)
		if multiplayer.is_server():
			game.add_player(str(id)))
	multiplayer.peer_disconnected.connect(func(id: int) -> void:
		print("peer_disconnected ", id)
		if multiplayer.is_server():
			game.get_node("Players/%d" % id).queue_free())
