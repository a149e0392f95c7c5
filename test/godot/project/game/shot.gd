extends Node3D
## Made by the shot spawner.

var data: Variant
