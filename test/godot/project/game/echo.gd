extends Node
## Sends back what it gets, and compares what comes back with what was sent.

## The value of the last echo, or of the last call.
var value: Variant

@rpc("any_peer")
func echo(what) -> void:
	value = what
	echoed.rpc_id(multiplayer.get_remote_sender_id(), what)

@rpc("any_peer")
func echoed(what) -> void:
	value = what
	$/root/Game.told.emit("Echo %s" % var_to_bytes(what).hex_encode())
