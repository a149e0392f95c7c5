extends MultiplayerSpawner
## Makes shots from what spawn() was given: every peer builds the same node.

func _init() -> void:
	spawn_function = make_shot

func make_shot(data: Variant) -> Node:
	var shot := Node3D.new()
	shot.set_meta("data", data)
	if data is Dictionary:
		shot.name = data["name"]
		shot.position = data["from"]
	return shot
