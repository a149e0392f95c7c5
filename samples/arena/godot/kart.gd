extends Node3D
## A kart: samples/arena/game/kart.ts and sim/kart-body.ts, in GDScript.

const Course := preload("res://course.gd")
const Look := preload("res://look.gd")

const TOP_SPEED := 19.0
const BOOST_SPEED := 30.0
const ACCELERATION := 24.0
const BRAKING := 42.0
const DRAG := ACCELERATION / TOP_SPEED
const REVERSE := 0.45
const GRIP := 8.0
const DRIFT_GRIP := 1.6
const TURN := 2.5
const DRIFT_TURN := 3.3
const BOOST := 60.0
const BOUNCE := 0.35
const BUMP := 4.0
const RELOAD := 0.35

## The host's, by Status.
var health := 0
var shielded := false
var score := 0
var wrecks := 0

var driver := ""
var shots := 0
var _heading := 0.0
var _velocity := Vector3.ZERO
var _reload := 0.0
var _time := 0.0

## What the host's spawner sent with it. Authorities are set before it enters the tree.
func set_up(data: Dictionary) -> void:
	name = data["id"]
	driver = data["driver"]
	$Motion.set_multiplayer_authority(data["owner"])
	$Guns.set_multiplayer_authority(data["owner"])
	$Body/Plate.text = driver
	$Body/Plate.modulate = Look.paint_of(data["colour"]).lerp(Color.WHITE, 0.6)
	$Body.add_child(Look.make_kart(data["colour"]))
	place(data["slot"])

func place(slot: int) -> void:
	var angle := (slot % 8 + 0.5) * TAU / 8
	position = Vector3(sin(angle), 0, cos(angle)) * 33
	_velocity = Vector3.ZERO
	_turn_to(angle)

func _process(delta: float) -> void:
	visible = health > 0 and not (shielded and fmod(Time.get_ticks_msec() / 1000.0, 0.2) < 0.07)
	$Body.visible = visible
	$Body/Plate.visible = not $Motion.is_multiplayer_authority()
	# What others send comes in steps, and is shown evenly.
	var share := 1.0 if $Motion.is_multiplayer_authority() or $Body.position.distance_to(position) > 6 else 1 - exp(-18 * delta)
	$Body.position = $Body.position.lerp(position, share)
	$Body.quaternion = $Body.quaternion.slerp(quaternion, share)

## One tick of one's own kart.
func drive(delta: float) -> void:
	var arena := $/root/Arena
	_time += delta
	if health == 0 or arena.over:
		_velocity = Vector3.ZERO
		return
	var throttle := Input.get_axis("ui_down", "ui_up")
	var steer := Input.get_axis("ui_left", "ui_right")
	var fires := Input.is_key_pressed(KEY_SPACE)
	var drifts := Input.is_key_pressed(KEY_SHIFT)
	if arena.drives_itself:
		throttle = 1.0 if fmod(_time, 5) < 4 else -1.0
		steer = sin(_time * 0.9)
		fires = true
	_move(throttle, steer, drifts, delta)
	for other in arena.karts():
		if other != self and other.health > 0:
			_bounce(Course.disc(position - other.position, 2 * Course.KART_RADIUS), 0.5, BUMP)
	_turn_to(_heading)
	_reload -= delta
	if fires and _reload <= 0:
		_reload = RELOAD
		shots += 1
		$Guns.spawn({ from = position + _ahead() * 1.6 + Vector3(0, Course.SHOT_HEIGHT, 0), heading = _heading })

func follow(camera: Camera3D, delta: float) -> void:
	var wanted := position - _ahead() * 7.5 + Vector3(0, 4.2, 0)
	camera.position = wanted if camera.position.distance_to(wanted) > 20 else camera.position.lerp(wanted, 1 - exp(-6 * delta))
	camera.look_at(position + _ahead() * 4 + Vector3(0, 1.1, 0))

func _ahead() -> Vector3:
	return Vector3(-sin(_heading), 0, -cos(_heading))

func _turn_to(heading: float) -> void:
	_heading = wrapf(heading, -PI, PI)
	quaternion = Quaternion(Vector3.UP, _heading)

func _move(throttle: float, steer: float, drifts: bool, delta: float) -> void:
	var right := Vector3(cos(_heading), 0, -sin(_heading))
	var ahead := _velocity.dot(_ahead())
	var aside := _velocity.dot(right)
	var pull := BRAKING if ahead * throttle < 0 else ACCELERATION * (REVERSE if throttle < 0 else 1.0)
	ahead = (ahead + throttle * pull * delta) * exp(-DRAG * delta)
	aside *= exp(-(DRIFT_GRIP if drifts else GRIP) * delta)
	_velocity = _ahead() * ahead + right * aside
	_heading -= steer * clampf(ahead / 6, -1, 1) * (DRIFT_TURN if drifts else TURN) * delta
	for pad in Course.boosters():
		var way := Vector3(-sin(pad.heading), 0, -cos(pad.heading))
		if Course.is_on_booster(position, pad) and _velocity.dot(way) <= BOOST_SPEED - 4:
			_velocity += way * BOOST * delta
	position += _velocity * delta
	_bounce(Course.touch(position, Course.KART_RADIUS), 1, 0)

## Out of what it is in, by this share of the depth, and back from it, no slower than that.
func _bounce(out: Vector3, share: float, slowest: float) -> void:
	if out == Vector3.ZERO:
		return
	position += out * share
	var normal := out.normalized()
	var speed := _velocity.dot(normal)
	var wanted := maxf(slowest, -BOUNCE * speed)
	if speed < wanted:
		_velocity += (wanted - speed) * normal
