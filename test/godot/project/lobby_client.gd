extends Node
## A client of a lobby that speaks the protocol of Godot's demo, and tells what it hears, one line each, which begin with
## its name.

enum { JOIN, ID, PEER_CONNECT, PEER_DISCONNECT, OFFER, ANSWER, CANDIDATE, SEAL }

const NAMES: PackedStringArray = [
	"joined", "id", "peer_connect", "peer_disconnect", "offer", "answer", "candidate", "sealed",
]

## Whom to tell.
var control: Node
var socket := WebSocketPeer.new()
## What to join when the socket is open; empty for a room of its own.
var room := ""
var mesh := true
var _was_open := false

func enter(url: String, what := "", as_mesh := true) -> void:
	room = what
	mesh = as_mesh
	_was_open = false
	assert(socket.connect_to_url(url) == OK)

func say(type: int, id := 0, data := "") -> void:
	socket.send_text(JSON.stringify({"type": type, "id": id, "data": data}))

func leave() -> void:
	socket.close()

func _process(_delta: float) -> void:
	socket.poll()
	var state := socket.get_ready_state()
	if state == WebSocketPeer.STATE_OPEN and not _was_open:
		_was_open = true
		say(JOIN, 0 if mesh else 1, room)
	while socket.get_available_packet_count() > 0:
		_hear(socket.get_packet().get_string_from_utf8())
	if state == WebSocketPeer.STATE_CLOSED and _was_open:
		_was_open = false
		_tell("closed %d %s" % [socket.get_close_code(), socket.get_close_reason()])

func _hear(text: String) -> void:
	var message: Dictionary = JSON.parse_string(text)
	var type := int(message["type"])
	# What Godot's own client would complain about.
	if message.size() != 3 or type >= NAMES.size():
		_tell("strange %s" % text)
		return
	_tell("%s %d %s" % [NAMES[type], int(message["id"]), String(message["data"]).c_escape()])

func _tell(line: String) -> void:
	control.tell("%s %s" % [name, line])
