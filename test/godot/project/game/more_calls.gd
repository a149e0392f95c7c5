extends "res://game/calls.gd"
## A script that inherits the calls of another, changes one, and has one that is configured by hand.

@rpc("any_peer")
func by_authority(what) -> void:
	_tell("by_authority here", [what])

@rpc("any_peer")
func additional(what) -> void:
	_tell("additional", [what])

func configured(what) -> void:
	_tell("configured", [what])

func _init() -> void:
	rpc_config("configured", {
		"rpc_mode": MultiplayerAPI.RPC_MODE_ANY_PEER,
		"transfer_mode": MultiplayerPeer.TRANSFER_MODE_RELIABLE,
		"call_local": false,
		"channel": 0,
	})
