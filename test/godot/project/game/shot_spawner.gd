extends MultiplayerSpawner
## Makes shots from what spawn() was given: every peer builds the same node.

const Shot := preload("res://game/shot.gd")

func _init() -> void:
	spawn_function = make_shot

func make_shot(data: Variant) -> Node:
	var shot: Node3D = Shot.new()
	shot.data = data
	if data is Dictionary:
		shot.name = data["name"]
		shot.position = data["from"]
	return shot
