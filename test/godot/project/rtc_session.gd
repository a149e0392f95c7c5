extends Node
## A player who meets others by WebRTC: by a lobby that speaks the protocol of Godot's demo, or by what the test carries to
## and fro. Needs Godot's WebRTC extension, whose .gdextension the variable SCENEWIRE_GODOT_WEBRTC names.

enum { JOIN, ID, PEER_CONNECT, PEER_DISCONNECT, OFFER, ANSWER, CANDIDATE, SEAL }

## Whom to tell.
var control: Node
var peer := WebRTCMultiplayerPeer.new()
## What every connection is made with.
var configuration := {}
## Modes of further channels.
var channels := []
## What was said of connections, in order, as [type, id, data].
var said := []
var _socket: WebSocketPeer = null
var _room := ""
var _is_mesh := true
var _was_open := false

func _init() -> void:
	if ClassDB.class_exists("WebRTCLibPeerConnection"):
		return
	var extension := OS.get_environment("SCENEWIRE_GODOT_WEBRTC")
	assert(GDExtensionManager.load_extension(extension) == GDExtensionManager.LOAD_STATUS_OK)

## Makes a room, or joins one by its code.
func enter(url: String, room := "", as_mesh := true) -> void:
	_room = room
	_is_mesh = as_mesh
	_socket = WebSocketPeer.new()
	assert(_socket.connect_to_url(url) == OK)

## Without a lobby: what this one says is told to the test, which calls `hear` with the answers.
func begin(id: int, as_mesh := false) -> void:
	_take_part(id, as_mesh)
	control.multiplayer.multiplayer_peer = peer

## Somebody is there to connect to.
func meet(id: int, offers: bool) -> void:
	var connection := WebRTCPeerConnection.new()
	connection.initialize(configuration)
	connection.session_description_created.connect(func(type: String, sdp: String) -> void:
		connection.set_local_description(type, sdp)
		_say(OFFER if type == "offer" else ANSWER, id, sdp))
	connection.ice_candidate_created.connect(func(media: String, index: int, candidate: String) -> void:
		_say(CANDIDATE, id, "\n%s\n%d\n%s" % [media, index, candidate]))
	peer.add_peer(connection, id)
	if offers:
		connection.create_offer()

## What another one said of its connection.
func hear(type: int, id: int, data: String) -> void:
	if not peer.has_peer(id):
		return
	var connection: WebRTCPeerConnection = peer.get_peer(id)["connection"]
	match type:
		OFFER: connection.set_remote_description("offer", data)
		ANSWER: connection.set_remote_description("answer", data)
		CANDIDATE:
			var parts := data.split("\n", false)
			connection.add_ice_candidate(parts[0], parts[1].to_int(), parts[2])

func leave() -> void:
	if _socket != null:
		_socket.close()
	peer.close()

func _take_part(id: int, as_mesh: bool) -> void:
	if as_mesh:
		assert(peer.create_mesh(id, channels) == OK)
	elif id == 1:
		assert(peer.create_server(channels) == OK)
	else:
		assert(peer.create_client(id, channels) == OK)

func _process(_delta: float) -> void:
	if _socket == null:
		return
	_socket.poll()
	if _socket.get_ready_state() == WebSocketPeer.STATE_OPEN and not _was_open:
		_was_open = true
		_send(JOIN, 0 if _is_mesh else 1, _room)
	while _socket.get_available_packet_count() > 0:
		_take(JSON.parse_string(_socket.get_packet().get_string_from_utf8()))
	if _socket.get_ready_state() == WebSocketPeer.STATE_CLOSED and _was_open:
		_was_open = false
		control.tell("left %s" % _socket.get_close_reason())

func _take(message: Dictionary) -> void:
	var id := int(message["id"])
	match int(message["type"]):
		ID:
			_take_part(id, message["data"] == "true")
			control.multiplayer.multiplayer_peer = peer
		JOIN: control.tell("entered %s as %d" % [message["data"], peer.get_unique_id()])
		# Who came later offers.
		PEER_CONNECT: meet(id, id < peer.get_unique_id())
		PEER_DISCONNECT when peer.has_peer(id): peer.remove_peer(id)
		OFFER, ANSWER, CANDIDATE: hear(int(message["type"]), id, message["data"])

func _say(type: int, id: int, data: String) -> void:
	said.append([type, id, data])
	if _socket == null:
		control.tell("says " + JSON.stringify([type, id, data]))
	else:
		_send(type, id, data)

func _send(type: int, id: int, data: String) -> void:
	_socket.send_text(JSON.stringify({"type": type, "id": id, "data": data}))
