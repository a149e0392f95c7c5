extends Node
## What a player wants; it belongs to the player.

var aim := Vector2.ZERO
