## Builds a mesh out of boxes, cylinders and rings with a colour each: samples/arena/look/shape.ts, in GDScript.

var _tool := SurfaceTool.new()
var _at := Transform3D.IDENTITY
var _paint := Color.WHITE

func _init() -> void:
	_tool.begin(Mesh.PRIMITIVE_TRIANGLES)

## The middle of its bottom is at `at`; `taper` is how much of the top is left.
func box(size: Vector3, at: Vector3, colour: Color, turn := 0.0, taper := 1.0) -> RefCounted:
	_place(at, colour, turn)
	var half := size / 2
	var low: Array[Vector3] = []
	var high: Array[Vector3] = []
	for corner: Vector2 in [Vector2(-1, -1), Vector2(1, -1), Vector2(1, 1), Vector2(-1, 1)]:
		low.append(Vector3(corner.x * half.x, 0, corner.y * half.z))
		high.append(Vector3(corner.x * half.x * taper, size.y, corner.y * half.z * taper))
	_quad(high[3], high[2], high[1], high[0])
	for side in 4:
		var next := (side + 1) % 4
		_quad(low[next], low[side], high[side], high[next])
	return self

## Stands on `at`; with two radii a cone.
func cylinder(bottom: float, top: float, height: float, at: Vector3, colour: Color, sides := 16, turned := Basis.IDENTITY) -> RefCounted:
	_place(at, colour, 0.0)
	_at.basis = turned
	for step in sides:
		var a := _rim(step, sides, bottom, 0)
		var b := _rim(step + 1, sides, bottom, 0)
		var c := _rim(step + 1, sides, top, height)
		var d := _rim(step, sides, top, height)
		_quad(a, b, c, d)
		_triangle(Vector3(0, height, 0), d, c)
		_triangle(Vector3.ZERO, b, a)
	return self

func ball(radius: float, at: Vector3, colour: Color, rows := 5) -> RefCounted:
	_place(at, colour, 0.0)
	for row in rows:
		for step in 2 * rows:
			_quad(_globe(row + 1, step, rows, radius), _globe(row + 1, step + 1, rows, radius), _globe(row, step + 1, rows, radius), _globe(row, step, rows, radius))
	return self

## A flat ring, or part of one, that looks up.
func ring(inner: float, outer: float, y: float, colour: Color, from := 0.0, to := TAU, sides := 48) -> RefCounted:
	_place(Vector3.ZERO, colour, 0.0)
	for step in sides:
		var a := lerpf(from, to, float(step) / sides)
		var b := lerpf(from, to, float(step + 1) / sides)
		_quad(_flat(a, inner, y), _flat(a, outer, y), _flat(b, outer, y), _flat(b, inner, y))
	return self

## Counter-clockwise seen from outside, as everywhere but in Godot.
func quad(a: Vector3, b: Vector3, c: Vector3, d: Vector3, colour: Color) -> RefCounted:
	_place(Vector3.ZERO, colour, 0.0)
	_quad(a, b, c, d)
	return self

## As a part of the scene. What glows needs no light.
func put(parent: Node, glows := false) -> MeshInstance3D:
	var material := StandardMaterial3D.new()
	material.vertex_color_use_as_albedo = true
	material.vertex_color_is_srgb = true
	material.roughness = 1.0
	material.metallic_specular = 0.0
	if glows:
		material.shading_mode = BaseMaterial3D.SHADING_MODE_UNSHADED
	var instance := MeshInstance3D.new()
	instance.mesh = _tool.commit()
	instance.material_override = material
	parent.add_child(instance)
	return instance

func _place(at: Vector3, colour: Color, turn: float) -> void:
	_at = Transform3D(Basis(Vector3.UP, turn), at)
	_paint = colour

func _quad(a: Vector3, b: Vector3, c: Vector3, d: Vector3) -> void:
	_triangle(a, b, c)
	_triangle(a, c, d)

func _triangle(a: Vector3, b: Vector3, c: Vector3) -> void:
	var normal := (b - a).cross(c - a)
	if normal.is_zero_approx():
		return
	_tool.set_normal((_at.basis * normal).normalized())
	_tool.set_color(_paint)
	for point: Vector3 in [a, c, b]:
		_tool.add_vertex(_at * point)

static func _rim(step: int, sides: int, radius: float, y: float) -> Vector3:
	var angle := TAU * step / sides
	return Vector3(cos(angle) * radius, y, -sin(angle) * radius)

static func _flat(angle: float, radius: float, y: float) -> Vector3:
	return Vector3(sin(angle) * radius, y, cos(angle) * radius)

static func _globe(row: int, step: int, rows: int, radius: float) -> Vector3:
	var polar := PI * row / rows
	var angle := PI * step / rows
	return Vector3(cos(angle) * sin(polar), cos(polar), -sin(angle) * sin(polar)) * radius
