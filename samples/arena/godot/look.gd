extends Node3D
## How it looks: samples/arena/look/models.ts, in GDScript.

const Course := preload("res://course.gd")
const Shape := preload("res://shape.gd")

const COLOURS: Array[Color] = [
	Color("e8413c"), Color("2f7de1"), Color("f5b82e"), Color("35b36a"),
	Color("8a5be0"), Color("f27c22"), Color("ee6ea8"), Color("22b8b4"),
]
const NAVY := Color("2c3a5a")
const NAVY_LIGHT := Color("44567f")
const WHITE := Color("f8f3e8")
const KERB := Color("e2574c")
const GOLD := Color("f3b840")
const TEAL := Color("2fa7a0")
const FLOOR := Color("e8d7b5")
const LINE := Color("fbf4e4")
const GRASS := Color("86b468")
const LEAF := Color("5f9a54")
const HILL := Color("9cc07c")
const RUBBER := Color("24262c")
const STEEL := Color("9aa4b2")

func _ready() -> void:
	_floor().put(self).cast_shadow = GeometryInstance3D.SHADOW_CASTING_SETTING_OFF
	_course().put(self)
	_surroundings().put(self).cast_shadow = GeometryInstance3D.SHADOW_CASTING_SETTING_OFF
	_arrows().put(self, true).cast_shadow = GeometryInstance3D.SHADOW_CASTING_SETTING_OFF

static func paint_of(colour: int) -> Color:
	return COLOURS[colour % COLOURS.size()]

## A kart that looks along -z, on wheels of 0.4 m.
static func make_kart(colour: int) -> Node3D:
	var paint := paint_of(colour)
	var dark := paint.lerp(NAVY, 0.45)
	var light := paint.lerp(WHITE, 0.55)
	var shape := Shape.new()
	shape.box(Vector3(1.3, 0.22, 2.3), Vector3(0, 0.28, 0.05), RUBBER)
	shape.box(Vector3(1.2, 0.4, 1.5), Vector3(0, 0.42, 0.25), paint, 0.0, 0.9)
	shape.box(Vector3(0.9, 0.34, 1), Vector3(0, 0.4, -0.85), paint, 0.0, 0.75)
	shape.box(Vector3(1.5, 0.12, 0.3), Vector3(0, 0.3, -1.35), dark)
	shape.box(Vector3(0.3, 0.03, 1.9), Vector3(0, 0.83, 0.2), light, 0.0, 0.8)
	shape.box(Vector3(1.5, 0.1, 0.45), Vector3(0, 1.16, 1.02), dark)
	shape.box(Vector3(0.62, 0.5, 0.2), Vector3(0, 0.72, 0.62), RUBBER)
	shape.box(Vector3(0.5, 0.5, 0.36), Vector3(0, 0.72, 0.36), light, 0.0, 0.8)
	shape.ball(0.29, Vector3(0, 1.42, 0.34), paint)
	shape.box(Vector3(0.42, 0.16, 0.2), Vector3(0, 1.36, 0.12), NAVY)
	shape.cylinder(0.17, 0.14, 1.25, Vector3(0, 0.82, -0.35), STEEL, 10, Basis(Vector3.RIGHT, -PI / 2))
	for side: float in [-1.0, 1.0]:
		shape.box(Vector3(0.34, 0.3, 1.1), Vector3(side * 0.72, 0.34, 0.1), dark)
		shape.box(Vector3(0.1, 0.5, 0.14), Vector3(side * 0.5, 0.7, 1), STEEL)
		for end: float in [-0.82, 0.82]:
			var radius := 0.38 if end < 0 else 0.44
			var turned := Basis(Vector3.BACK, -side * PI / 2)
			shape.cylinder(radius, radius, 0.36, Vector3(side * 0.62, radius, end), RUBBER, 12, turned)
			shape.cylinder(radius * 0.5, radius * 0.42, 0.4, Vector3(side * 0.62, radius, end), STEEL, 8, turned)
	var kart := Node3D.new()
	shape.put(kart)
	return kart

func spark(at: Vector3) -> void:
	var flash: MeshInstance3D = Shape.new().box(Vector3.ONE * 0.9, Vector3.ZERO, Color("ffc23e")).put(self, true)
	flash.position = at
	var tween := create_tween()
	tween.tween_property(flash, "scale", Vector3.ZERO, 0.25)
	tween.tween_callback(flash.queue_free)

static func _floor() -> RefCounted:
	var shape := Shape.new().ring(0, 160, -0.06, GRASS, 0, TAU, 32)
	for band in 5:
		for part in 24:
			var colour := FLOOR if (band + part) % 2 == 0 else FLOOR.darkened(0.05)
			shape.ring(band * 8, band * 8 + 8, 0, colour, part * PI / 12, (part + 1) * PI / 12, 4)
	for radius: float in [6.2, 19.8, 37.6]:
		shape.ring(radius, radius + 0.4, 0.02, LINE)
	return shape

static func _course() -> RefCounted:
	var shape := Shape.new()
	for part in 72:
		var turn := (part + 0.5) * TAU / 72
		var at := Vector3(sin(turn), 0, cos(turn)) * (Course.ARENA_RADIUS + 0.5)
		shape.box(Vector3(3.6, Course.WALL_HEIGHT - 0.5, 1), at, NAVY, turn)
		shape.box(Vector3(3.6, 0.5, 1.2), at + Vector3(0, Course.WALL_HEIGHT - 0.5, 0), KERB if part % 2 == 0 else WHITE, turn)
	for pillar in Course.pillars():
		var colour := TEAL if pillar.at == Vector3.ZERO else (GOLD if pillar.radius < 1.5 else KERB)
		var up: float = pillar.height * 0.62
		shape.cylinder(pillar.radius, pillar.radius, 0.35, pillar.at, NAVY, 20)
		shape.cylinder(pillar.radius * 0.94, pillar.radius * 0.8, up, pillar.at + Vector3(0, 0.35, 0), colour, 20)
		shape.cylinder(pillar.radius * 0.82, pillar.radius * 0.82, 0.4, pillar.at + Vector3(0, 0.35 + up, 0), WHITE, 20)
		shape.cylinder(pillar.radius * 0.78, pillar.radius * 0.3, pillar.height * 0.38, pillar.at + Vector3(0, 0.75 + up, 0), colour, 20)
	for block in Course.blocks():
		shape.box(Vector3(block.half.x * 2, block.height - 0.3, block.half.z * 2), block.at, NAVY_LIGHT)
		shape.box(Vector3(block.half.x * 2 + 0.12, 0.3, block.half.z * 2 + 0.12), block.at + Vector3(0, block.height - 0.3, 0), GOLD)
	return shape

## The arrows of the boosters.
static func _arrows() -> RefCounted:
	var shape := Shape.new()
	for pad in Course.boosters():
		var place := func(aside: float, ahead: float) -> Vector3:
			return pad.at + Vector3(aside, 0.03, -ahead).rotated(Vector3.UP, pad.heading)
		var half := Course.BOOSTER_WIDTH / 2
		for arrow in 3:
			var tip := Course.BOOSTER_LENGTH / 2 - arrow * 2.3
			var colour := Color("38d6ff").lerp(FLOOR, arrow * 0.25)
			shape.quad(place.call(-half, tip - 2), place.call(-half, tip - 2.9), place.call(0, tip - 0.9), place.call(0, tip), colour)
			shape.quad(place.call(0, tip), place.call(0, tip - 0.9), place.call(half, tip - 2.9), place.call(half, tip - 2), colour)
	return shape

## Stands with people, trees and hills.
static func _surroundings() -> RefCounted:
	var shape := Shape.new()
	var random := RandomNumberGenerator.new()
	random.seed = 7
	for stand in 4:
		for row in 4:
			for part in range(-4, 5):
				var turn := stand * PI / 2 + PI / 4 + part * 0.075
				var at := Vector3(sin(turn), 0, cos(turn)) * (44.5 + row * 1.7)
				var height := 1.6 + row * 0.95
				shape.box(Vector3(3.6 + row * 0.12, height, 1.7), at, WHITE if row % 2 == 0 else NAVY_LIGHT, turn)
				for seat in range(-1, 2):
					if random.randf() < 0.25:
						continue
					var place := at + Vector3(cos(turn), 0, -sin(turn)) * seat * 1.1 + Vector3(0, height, 0)
					shape.box(Vector3(0.55, 0.7, 0.4), place, paint_of(random.randi()).lerp(WHITE, 0.2), turn)
					shape.box(Vector3(0.34, 0.34, 0.34), place + Vector3(0, 0.72, 0), Color("f0c8a0"), turn)
	for tree in 56:
		var angle := random.randf() * TAU
		var at := Vector3(sin(angle), 0, cos(angle)) * random.randf_range(58, 103)
		var size := random.randf_range(0.8, 1.7)
		shape.cylinder(0.35 * size, 0.3 * size, 1.6 * size, at, Color("7d5a3c"), 6)
		shape.cylinder(1.7 * size, 0.9 * size, 1.7 * size, at + Vector3(0, 1.3 * size, 0), LEAF, 7)
		shape.cylinder(1.3 * size, 0, 2.4 * size, at + Vector3(0, 2.8 * size, 0), LEAF.lerp(HILL, 0.3), 7)
	for hill in 22:
		var angle := hill * TAU / 22 + random.randf() * 0.2
		var at := Vector3(sin(angle), 0, cos(angle)) * random.randf_range(118, 142) - Vector3(0, 1, 0)
		var wide := random.randf_range(18, 38)
		shape.cylinder(wide, wide * 0.25, random.randf_range(7, 22), at, HILL.lerp(Color("f3dfc4"), random.randf_range(0.25, 0.6)), 9)
	return shape
