extends Node3D
## A shot: samples/arena/sim/shot-body.ts, in GDScript. Its beginning says all about its way.

const Course := preload("res://course.gd")

const SPEED := 42.0
const LIFE := 1.6
const BOUNCES := 2

var kart: Node3D
## It has hit or come to its end, as far as can be told here. Its owner takes it away.
var spent := false
var _velocity := Vector3.ZERO
var _age := 0.0
var _bounces := 0

func set_up(from_kart: Node3D, from: Vector3, heading: float) -> void:
	kart = from_kart
	position = from
	_velocity = Vector3(-sin(heading), 0, -cos(heading)) * SPEED

## One tick; false when it is over.
func step(delta: float) -> bool:
	_age += delta
	position += _velocity * delta
	var out := Course.touch(position, Course.SHOT_RADIUS)
	if out != Vector3.ZERO:
		position += out
		_velocity = _velocity.bounce(out.normalized())
		_bounces += 1
	return _bounces <= BOUNCES and _age < LIFE
