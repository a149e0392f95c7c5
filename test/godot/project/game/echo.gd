extends Node
## Sends back what it gets, and tells what that was as bytes.

@rpc("any_peer")
func echo(what) -> void:
	_tell("echo", what)
	echoed.rpc_id(multiplayer.get_remote_sender_id(), what)

@rpc("any_peer")
func echoed(what) -> void:
	_tell("echoed", what)

func _tell(method: String, what: Variant) -> void:
	$/root/Game.told.emit("Echo %s %s" % [method, var_to_bytes(what).hex_encode()])
