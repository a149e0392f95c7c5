extends Node
## Joins a room of the lobby by its code, as Godot's own demo of WebRTC signalling does. It needs Godot's WebRTC extension,
## which exported web games have anyway.

signal entered(peer: WebRTCMultiplayerPeer)
signal failed(why: String)

## Of docs/lobby-protocol.md.
enum { JOIN, ID, PEER_CONNECT, PEER_DISCONNECT, OFFER, ANSWER, CANDIDATE }

const HOST := 1
## Of a game that is played beyond one's own network: [{ "urls": ["stun:…"] }]
const ICE_SERVERS := []

var _socket := WebSocketPeer.new()
var _peer := WebRTCMultiplayerPeer.new()
var _connection: WebRTCPeerConnection
var _code := ""
var _has_knocked := false

static func is_possible() -> bool:
	return OS.has_feature("web") or ClassDB.class_exists("WebRTCLibPeerConnection")

func enter(address: String, code: String) -> void:
	_code = code
	if _socket.connect_to_url(address) != OK:
		failed.emit("This is no address of a lobby")

func _process(_delta: float) -> void:
	_socket.poll()
	var state := _socket.get_ready_state()
	if state == WebSocketPeer.STATE_OPEN and not _has_knocked:
		_has_knocked = true
		_say(JOIN, 0, _code)
	while _socket.get_available_packet_count() > 0:
		_hear(JSON.parse_string(_socket.get_packet().get_string_from_utf8()))
	if state != WebSocketPeer.STATE_CLOSED:
		return
	set_process(false)
	# A game that is on needs no lobby.
	if _peer.get_connection_status() != MultiplayerPeer.CONNECTION_CONNECTED:
		var reason := _socket.get_close_reason()
		failed.emit("The lobby could not be reached" if reason.is_empty() else reason)

func _say(type: int, id: int, data: String) -> void:
	_socket.send_text(JSON.stringify({ "type": type, "id": id, "data": data }))

func _hear(message: Dictionary) -> void:
	var id := int(message["id"])
	var data: String = message["data"]
	match int(message["type"]):
		ID:
			_peer.create_client(id)
			entered.emit(_peer)
		PEER_CONNECT when id == HOST:
			_connect()
		OFFER, ANSWER when _connection != null:
			_connection.set_remote_description("offer" if int(message["type"]) == OFFER else "answer", data)
		CANDIDATE when _connection != null:
			var parts := data.split("\n", false, 2)
			_connection.add_ice_candidate(parts[0], int(parts[1]), parts[2])

## Of two peers the one with the larger id offers: this one.
func _connect() -> void:
	_connection = WebRTCPeerConnection.new()
	_connection.initialize({ "iceServers": ICE_SERVERS })
	_connection.session_description_created.connect(func(type: String, sdp: String) -> void:
		_connection.set_local_description(type, sdp)
		_say(OFFER if type == "offer" else ANSWER, HOST, sdp))
	_connection.ice_candidate_created.connect(func(media: String, index: int, candidate: String) -> void:
		_say(CANDIDATE, HOST, "\n%s\n%d\n%s" % [media, index, candidate]))
	_peer.add_peer(_connection, HOST)
	_connection.create_offer()
