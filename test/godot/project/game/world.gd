extends Node
## State that is there from the beginning at every peer: its synchronizer is known by its path.

var weather := "sunny"
var turn := 0
var wind := Vector2.ZERO
