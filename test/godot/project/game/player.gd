extends Node3D
## The server moves a player and counts its health. What it aims at is up to the player whose id is the node's name.

var nick := ""
var health := 100

func _enter_tree() -> void:
	if str(name).is_valid_int():
		$InputSync.set_multiplayer_authority(str(name).to_int())

@rpc("any_peer")
func hit(damage) -> void:
	health -= damage
	$/root/Game.tell_call(self, "hit", [damage])
