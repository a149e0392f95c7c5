extends Node
## One method for each thing that @rpc can say. All of them tell what arrived and from whom.

# Only who has the authority may call it; that is the server unless told otherwise.
@rpc
func by_authority(what) -> void:
	_tell("by_authority", [what])

@rpc("any_peer")
func by_anyone(what) -> void:
	_tell("by_anyone", [what])

# Runs at the caller too.
@rpc("any_peer", "call_local")
func here_too(what) -> void:
	_tell("here_too", [what])

@rpc("any_peer", "unreliable")
func unreliable(what) -> void:
	_tell("unreliable", [what])

@rpc("any_peer", "unreliable_ordered")
func unreliable_ordered(what) -> void:
	_tell("unreliable_ordered", [what])

@rpc("any_peer", "call_remote", "reliable", 4)
func on_channel_4(what) -> void:
	_tell("on_channel_4", [what])

@rpc("any_peer")
func no_arguments() -> void:
	_tell("no_arguments", [])

@rpc("any_peer")
func several(a, b, c) -> void:
	_tell("several", [a, b, c])

@rpc("any_peer")
func optional(a, b = "default") -> void:
	_tell("optional", [a, b])

@rpc("any_peer")
func typed(number: int, text: String, place: Vector3) -> void:
	_tell("typed", [number, text, place])

# Answers the caller.
@rpc("any_peer")
func question(what) -> void:
	_tell("question", [what])
	answer.rpc_id(multiplayer.get_remote_sender_id(), what)

@rpc("any_peer")
func answer(what) -> void:
	_tell("answer", [what])

# What nobody may call from elsewhere.
func secret() -> void:
	_tell("secret", [])

func _tell(method: String, args: Array) -> void:
	$/root/Game.tell_call(self, method, args)
