## What stands in the arena: samples/arena/sim/course.ts, in GDScript.

const ARENA_RADIUS := 40.0
const WALL_HEIGHT := 2.2
const KART_RADIUS := 1.1
const SHOT_RADIUS := 0.28
const SHOT_HEIGHT := 0.75
const BOOSTER_LENGTH := 7.0
const BOOSTER_WIDTH := 4.0

## x, z, radius and height; the last two four times, a quarter turn apart.
const MIDDLE := [0.0, 0.0, 3.6, 5.0]
const PILLARS := [[0.0, -14.0, 1.4, 3.0], [24.0, -4.0, 1.8, 3.6]]
## x, z, half of the sides, and height; turned as well.
const BLOCKS := [[14.0, -14.0, 4.0, 0.9, 1.5], [22.0, -24.0, 1.6, 1.6, 2.6]]
const BOOSTER := [0.0, -29.0]

static func turned(x: float, z: float, quarter: int) -> Vector3:
	return Vector3(x, 0, z).rotated(Vector3.UP, quarter * PI / 2)

static func pillars() -> Array:
	var all := [{ at = Vector3.ZERO, radius = MIDDLE[2], height = MIDDLE[3] }]
	for pillar in PILLARS:
		for quarter in 4:
			all.append({ at = turned(pillar[0], pillar[1], quarter), radius = pillar[2], height = pillar[3] })
	return all

static func blocks() -> Array:
	var all := []
	for block in BLOCKS:
		for quarter in 4:
			var half := Vector3(block[2], 0, block[3]) if quarter % 2 == 0 else Vector3(block[3], 0, block[2])
			all.append({ at = turned(block[0], block[1], quarter), half = half, height = block[4] })
	return all

static func boosters() -> Array:
	var all := []
	for quarter in 4:
		all.append({ at = turned(BOOSTER[0], BOOSTER[1], quarter), heading = (quarter + 1) * PI / 2 })
	return all

static func is_on_booster(point: Vector3, pad: Dictionary) -> bool:
	var local: Vector3 = (point - pad.at).rotated(Vector3.UP, -pad.heading)
	return absf(local.z) <= BOOSTER_LENGTH / 2 and absf(local.x) <= BOOSTER_WIDTH / 2

static func near(a: Vector3, b: Vector3, reach: float) -> bool:
	return Vector2(a.x - b.x, a.z - b.z).length() < reach

## The way out of the deepest thing that a disc is in; zero when it touches nothing.
static func touch(point: Vector3, radius: float) -> Vector3:
	var flat := Vector3(point.x, 0, point.z)
	var out := Vector3.ZERO
	if flat.length() + radius > ARENA_RADIUS:
		out = -flat.normalized() * (flat.length() + radius - ARENA_RADIUS)
	for pillar in pillars():
		out = _deeper(out, disc(flat - pillar.at, radius + pillar.radius))
	for block in blocks():
		out = _deeper(out, _box(flat - block.at, radius, block.half))
	return out

## The same for two discs, of which the other one is at zero; `reach` is both radii.
static func disc(point: Vector3, reach: float) -> Vector3:
	var flat := Vector3(point.x, 0, point.z)
	if flat.length() >= reach:
		return Vector3.ZERO
	return (flat.normalized() if flat.length() > 0 else Vector3.RIGHT) * (reach - flat.length())

static func _box(point: Vector3, radius: float, half: Vector3) -> Vector3:
	var nearest := point.clamp(-half, half)
	if nearest != point:
		return disc(point - nearest, radius)
	var room := half - point.abs()
	if room.x < room.z:
		return Vector3((signf(point.x) if point.x != 0 else 1.0) * (room.x + radius), 0, 0)
	return Vector3(0, 0, (signf(point.z) if point.z != 0 else 1.0) * (room.z + radius))

static func _deeper(a: Vector3, b: Vector3) -> Vector3:
	return b if b.length_squared() > a.length_squared() else a
