extends Node3D
## How it looks: boxes and cylinders, made here. samples/arena/look has more of them.

const Course := preload("res://course.gd")

const COLOURS: Array[Color] = [
	Color("e8413c"), Color("2f7de1"), Color("f5b82e"), Color("35b36a"),
	Color("8a5be0"), Color("f27c22"), Color("ee6ea8"), Color("22b8b4"),
]

func _ready() -> void:
	_cylinder(self, 200, 200, 0.02, Vector3(0, -0.06, 0), Color("86b468"))
	_cylinder(self, Course.ARENA_RADIUS, Course.ARENA_RADIUS, 0.02, Vector3(0, -0.02, 0), Color("e8d7b5"))
	for part in 72:
		var turn := (part + 0.5) * TAU / 72
		var at := Vector3(sin(turn), 0, cos(turn)) * (Course.ARENA_RADIUS + 0.5)
		_box(self, Vector3(3.6, Course.WALL_HEIGHT - 0.5, 1), at, Color("2c3a5a"), turn)
		var kerb := Color("e2574c") if part % 2 == 0 else Color("f8f3e8")
		_box(self, Vector3(3.6, 0.5, 1.2), at + Vector3(0, Course.WALL_HEIGHT - 0.5, 0), kerb, turn)
	for pillar in Course.pillars():
		var colour := Color("2fa7a0") if pillar.at == Vector3.ZERO else (Color("f3b840") if pillar.radius < 1.5 else Color("e2574c"))
		_cylinder(self, pillar.radius, pillar.radius * 0.8, pillar.height * 0.65, pillar.at, colour)
		_cylinder(self, pillar.radius * 0.8, pillar.radius * 0.3, pillar.height * 0.35, pillar.at + Vector3(0, pillar.height * 0.65, 0), Color("f8f3e8"))
	for block in Course.blocks():
		_box(self, Vector3(block.half.x * 2, block.height, block.half.z * 2), block.at, Color("44567f"))
	for pad in Course.boosters():
		_box(self, Vector3(Course.BOOSTER_WIDTH, 0.03, Course.BOOSTER_LENGTH), pad.at, Color("38d6ff"), pad.heading)

## A kart that looks along -z.
static func make_kart(colour: int) -> Node3D:
	var kart := Node3D.new()
	var paint := COLOURS[colour % COLOURS.size()]
	_box(kart, Vector3(1.3, 0.22, 2.3), Vector3(0, 0.28, 0), Color("24262c"))
	_box(kart, Vector3(1.2, 0.4, 1.5), Vector3(0, 0.42, 0.25), paint)
	_box(kart, Vector3(0.9, 0.34, 1), Vector3(0, 0.4, -0.85), paint)
	_box(kart, Vector3(1.5, 0.1, 0.45), Vector3(0, 1.16, 1.02), paint.darkened(0.4))
	_box(kart, Vector3(0.2, 0.2, 1.3), Vector3(0, 0.75, -0.9), Color("9aa4b2"))
	_box(kart, Vector3(0.5, 0.5, 0.36), Vector3(0, 0.72, 0.36), paint.lightened(0.5))
	_box(kart, Vector3(0.5, 0.5, 0.5), Vector3(0, 1.2, 0.34), paint)
	for side in [-1.0, 1.0]:
		for end in [-0.82, 0.82]:
			var wheel := _cylinder(kart, 0.4, 0.4, 0.36, Vector3(side * 0.8, 0.22, end), Color("24262c"))
			wheel.rotation.z = PI / 2
	return kart

func spark(at: Vector3) -> void:
	var flash := _box(self, Vector3.ONE * 0.9, at, Color("ffc23e"))
	var tween := create_tween()
	tween.tween_property(flash, "scale", Vector3.ZERO, 0.25)
	tween.tween_callback(flash.queue_free)

static func _box(parent: Node, size: Vector3, at: Vector3, colour: Color, turn := 0.0) -> MeshInstance3D:
	var mesh := BoxMesh.new()
	mesh.size = size
	return _add(parent, mesh, at + Vector3(0, size.y / 2, 0), colour, turn)

static func _cylinder(parent: Node, bottom: float, top: float, height: float, at: Vector3, colour: Color) -> MeshInstance3D:
	var mesh := CylinderMesh.new()
	mesh.bottom_radius = bottom
	mesh.top_radius = top
	mesh.height = height
	mesh.radial_segments = 32
	return _add(parent, mesh, at + Vector3(0, height / 2, 0), colour, 0.0)

static func _add(parent: Node, mesh: PrimitiveMesh, at: Vector3, colour: Color, turn: float) -> MeshInstance3D:
	var material := StandardMaterial3D.new()
	material.albedo_color = colour
	material.roughness = 1.0
	mesh.material = material
	var instance := MeshInstance3D.new()
	instance.mesh = mesh
	instance.position = at
	instance.rotation.y = turn
	parent.add_child(instance)
	return instance
