extends Node3D
## The arena as a guest sees it: samples/arena/game, in GDScript. The host decides about health, scores and rounds; each
## peer moves its own kart, and says which of its shots have hit.

const KartScene := preload("res://kart.tscn")
const ShotScene := preload("res://shot.tscn")
const Course := preload("res://course.gd")

## The host's, by Status.
var rounds := 1
var seconds := 0
var over := false

var drives_itself := false
var reports := false
var reported := false

func _ready() -> void:
	$Karts/Spawner.spawn_function = _make_kart

func _physics_process(delta: float) -> void:
	var mine := own_kart()
	if mine != null:
		mine.drive(delta)
	for shot in $Shots.get_children():
		if not shot.spent:
			_fly(shot, delta)
	if over and reports and not reported:
		_report()

func _process(delta: float) -> void:
	var mine := own_kart()
	if mine != null:
		mine.follow($Camera, delta)

func own_kart() -> Node3D:
	return $Karts.get_node_or_null("K%d" % multiplayer.get_unique_id())

func karts() -> Array[Node]:
	return $Karts.get_children().filter(func(node: Node) -> bool: return node.has_method("drive"))

# Calls: those of Match in samples/arena/game/match.ts.

## To the host: let me in.
@rpc("any_peer", "call_local")
func enter(_driver: String, _colour: int) -> void:
	pass

## To the host: a shot of mine has hit this kart there.
@rpc("any_peer", "call_local")
func claim(_shot: String, _victim: String, _at: Vector3) -> void:
	pass

## The host's: that was a hit.
@rpc("authority", "call_local")
func hit(_victim: String, _shooter: String, at: Vector3) -> void:
	$Look.spark(at)

## The host's: this kart begins anew, from there.
@rpc("authority", "call_local")
func place(kart: String, slot: int) -> void:
	var mine := own_kart()
	if mine != null and mine.name == kart:
		mine.place(slot)

# What is made when a spawner says so.

func _make_kart(data: Dictionary) -> Node:
	var kart := KartScene.instantiate()
	kart.set_up(data)
	kart.get_node("Guns").spawn_function = _make_shot.bind(kart)
	return kart

func _make_shot(data: Dictionary, kart: Node3D) -> Node:
	var shot := ShotScene.instantiate()
	shot.name = "%sx%d" % [kart.name, kart.shots]
	shot.set_up(kart, data["from"], data["heading"])
	return shot

## Whose shot it is sees whether it hits, and the host checks it.
func _fly(shot: Node3D, delta: float) -> void:
	var flies: bool = shot.step(delta)
	var struck: Node3D = null
	for kart in karts():
		if kart != shot.kart and kart.health > 0 and Course.near(shot.position, kart.position, Course.KART_RADIUS + Course.SHOT_RADIUS):
			struck = kart
	if flies and struck == null:
		return
	shot.spent = true
	shot.hide()
	if shot.kart != own_kart():
		return
	if struck != null:
		claim.rpc_id(1, str(shot.name), str(struck.name), shot.position)
	shot.queue_free()

# What is written down.

func scores() -> PackedStringArray:
	var ranking := karts()
	ranking.sort_custom(func(a: Node, b: Node) -> bool: return a.score > b.score)
	var lines := PackedStringArray(["%d:%02d" % [seconds / 60, seconds % 60]])
	for kart in ranking:
		lines.append("%s  %d" % [kart.driver, kart.score])
	return lines

## One line per kart: what summary.ts writes.
func summary() -> PackedStringArray:
	var sorted := karts()
	sorted.sort_custom(func(a: Node, b: Node) -> bool: return str(a.name) < str(b.name))
	var lines := PackedStringArray(["round %d%s" % [rounds, ", over" if over else ""]])
	for kart in sorted:
		var at := "%d %d" % [roundi(kart.position.x * 100), roundi(kart.position.z * 100)] if kart.health > 0 else "wrecked"
		lines.append("%s %s: %d points, %d wrecks, at %s" % [kart.name, kart.driver, kart.score, kart.wrecks, at])
	return lines

func _report() -> void:
	reported = true
	# The last states are still under way.
	await get_tree().create_timer(2.5).timeout
	print("\n".join(summary()))
